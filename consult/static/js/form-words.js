// On the form of a comment: the words of the clause stand in a read-only field, in which every way
// of selecting works; a button takes the selected ones. What others said on a sentence is shown as
// soon as it is chosen.

import { trimmed } from "./clause-words.js";

for (const part of document.querySelectorAll('[data-module="form-words"]')) {
  takeWords(part);
  showOthers(part);
}

function takeWords(part) {
  const text = part.querySelector("#clause-text");
  const button = part.querySelector("[data-take]");
  const words = part.querySelector("#words");
  const at = part.closest("form").elements.at;
  const other = part.querySelector('input[name="part"][value="words"]');
  button.hidden = false;
  // Some browsers give a read-only field no caret, and so no selection by keyboard: this one takes
  // a caret and refuses every change.
  text.readOnly = false;
  text.setAttribute("aria-readonly", "true");
  text.addEventListener("beforeinput", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const chosen = trimmed(text.value, text.selectionStart, text.selectionEnd);
    if (!chosen) {
      text.focus();
      return;
    }
    words.value = chosen.words;
    place(chosen.at);
    words.focus();
  });
  // Words that are typed over may stand elsewhere.
  words.addEventListener("input", () => place(""));

  function place(number) {
    other.checked = true;
    at.value = number;
    for (const field of part.querySelectorAll('[name="place"]')) {
      field.checked = false;
      if (field.type === "hidden") field.remove();
    }
  }
}

function showOthers(part) {
  const box = document.getElementById("others");
  const before = [...box.childNodes];
  const given = part.querySelector('input[name="part"]:checked')?.value;
  part.addEventListener("change", async (event) => {
    if (event.target.name !== "part") return;
    const chosen = event.target.value;
    if (chosen === given) {
      box.replaceChildren(...before);
      return;
    }
    box.replaceChildren();
    if (!event.target.hasAttribute("data-said")) return;
    const [from, to] = chosen.split("-");
    const address = new URL(part.dataset.others, location.href);
    address.searchParams.set("from", from);
    address.searchParams.set("to", to);
    const response = await fetch(address).catch(() => null);
    if (!response?.ok || !event.target.checked) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("conversation");
    if (!found) return;
    const heading = document.createElement("h2");
    heading.className = "govuk-heading-s";
    heading.textContent = box.dataset.title;
    for (const link of found.querySelectorAll(".conversation__ways [rel=nofollow]")) link.remove();
    box.replaceChildren(heading, ...found.childNodes);
  });
}
