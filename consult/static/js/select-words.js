// Words selected in a clause of the text offer a link to the form that brings them along: by mouse,
// by finger, or by keyboard in a browser that shows a caret.

import { formAddress, wordsOf } from "./clause-words.js";

const LONGEST = 1000; // more is the clause itself

const texts = document.getElementById("choose-words").dataset;
const link = document.createElement("a");
link.className = "select-words govuk-button";
link.hidden = true;
link.lang = document.documentElement.lang;
link.textContent = texts.comment;
const said = document.createElement("p");
said.className = "visually-hidden";
said.lang = link.lang;
said.setAttribute("role", "status");
document.querySelector(".law").append(said);

let leaving = 0;
let saying = 0;

/** The clause in which a selection lies, and its words; null where there is none. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const { startContainer, endContainer } = range;
  const within = startContainer.nodeType === Node.ELEMENT_NODE ? startContainer : startContainer.parentElement;
  const clause = within?.closest("[data-comment]");
  if (!clause) return null;
  if (!clause.contains(endContainer)) {
    // Three clicks select up to the beginning of what follows; words of another clause are too many.
    const beyond = range.cloneRange();
    beyond.setStart(clause, clause.childNodes.length);
    if (beyond.toString().trim()) return null;
  }
  const chosen = wordsOf(clause, range);
  return chosen && chosen.words.length > 1 && chosen.words.length <= LONGEST ? { clause, chosen, range } : null;
}

function hide() {
  link.hidden = true;
  link.closest(".clause")?.classList.remove("clause--open");
}

document.addEventListener("selectionchange", () => {
  clearTimeout(leaving);
  clearTimeout(saying);
  const found = document.documentElement.hasAttribute("data-choosing") ? null : selected();
  if (!found) {
    // Not at once: a telephone gives the selection up when the finger comes down on the link.
    if (!link.hidden) leaving = setTimeout(hide, 600);
    return;
  }
  const { clause, chosen, range } = found;
  link.href = formAddress(clause, chosen);
  // Right after the text, so that the next Tab from the selection reaches it.
  if (link.previousElementSibling !== clause) {
    hide();
    clause.after(link);
  }
  link.hidden = false;
  link.closest(".clause").classList.add("clause--open");
  const box = range.getBoundingClientRect();
  const around = link.offsetParent?.getBoundingClientRect();
  if (around) {
    link.style.setProperty("--below", `${box.bottom - around.top + 8}px`);
    link.style.setProperty("--beside", `${Math.max(0, Math.min(box.left - around.left, around.width - link.offsetWidth))}px`);
  }
  saying = setTimeout(() => {
    said.textContent = texts.selected.replace("{clause}", clause.dataset.name).replace("{words}", chosen.words);
  }, 700);
});

// The way back from the form leads to the clause.
link.addEventListener("click", () => history.replaceState(null, "", `#${link.closest(".clause").id}`));
