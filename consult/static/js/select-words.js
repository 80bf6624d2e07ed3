// Choosing exact words of a clause, by mouse, finger or keyboard.
//
// On a form: the text of the clause stands in a read-only field, in which every way of selecting
// works; a button takes the selected words. On the draft page: words selected in a clause with
// `data-comment` (the address of its form) offer a link that brings them along.

/** How often `words` stand in `text` before `end`, counting without overlaps. */
function placeOf(text, words, end) {
  let number = 1;
  for (let at = text.indexOf(words); at !== -1 && at < end; at = text.indexOf(words, at + words.length)) number += 1;
  return number;
}

const plain = (text) => text.replace(/\s+/g, " ");

/** The button of a form: copies what is selected in the clause's text into the field. */
function takeWords(part) {
  const text = part.querySelector("#clause-text");
  const button = part.querySelector("[data-take]");
  const words = part.querySelector("#words");
  button.hidden = false;
  // Some browsers give a read-only field no caret, and so no selection by keyboard: this one takes
  // a caret and refuses every change.
  text.readOnly = false;
  text.setAttribute("aria-readonly", "true");
  text.addEventListener("beforeinput", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const chosen = value.slice(start, end).trim();
    if (!chosen) {
      text.focus();
      return;
    }
    words.value = chosen;
    setPlace(part, placeOf(plain(value), plain(chosen), plain(value.slice(0, start)).length));
    words.focus();
  });
  // Words that are typed over may stand elsewhere.
  words.addEventListener("input", () => setPlace(part, ""));
}

function setPlace(part, number) {
  for (const radio of part.querySelectorAll('input[type="radio"][name="place"]')) radio.checked = radio.value === String(number);
  if (part.querySelector('input[type="radio"][name="place"]')) return;
  let hidden = part.querySelector('input[type="hidden"][name="place"]');
  if (!hidden) {
    hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = "place";
    part.append(hidden);
  }
  hidden.value = number;
}

/** The link of the draft page: appears at selected words and leads to the form with them. */
function offerLink(clauses) {
  const link = document.createElement("a");
  link.className = "select-words govuk-button";
  link.hidden = true;
  link.lang = document.documentElement.lang;
  let leaving = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(leaving);
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const clause = range && clauses.find((element) => element.contains(range.commonAncestorContainer));
    const words = clause ? plain(range.toString()).trim() : "";
    if (words.length < 2 || words.length > 1000) {
      // Not at once: a telephone gives the selection up when the finger comes down on the link.
      leaving = setTimeout(() => { link.hidden = true; }, 600);
      return;
    }
    link.hidden = false;
    const before = document.createRange();
    before.selectNodeContents(clause);
    before.setEnd(range.startContainer, range.startOffset);
    const address = new URL(clause.dataset.comment, location.href);
    address.searchParams.set("words", words);
    address.searchParams.set("place", placeOf(plain(clause.textContent), words, plain(before.toString()).length));
    link.href = address.href;
    link.textContent = clause.dataset.commentWords;
    // Right after the text, so that the next Tab from the selection reaches it.
    if (link.previousElementSibling !== clause) clause.after(link);
    const box = range.getBoundingClientRect();
    const around = link.offsetParent.getBoundingClientRect();
    link.style.insetBlockStart = `${box.bottom - around.top + 8}px`;
    link.style.insetInlineStart = `${Math.max(0, Math.min(box.left - around.left, around.width - link.offsetWidth))}px`;
  });
}

for (const part of document.querySelectorAll('[data-module="select-words"]')) takeWords(part);
const clauses = [...document.querySelectorAll("[data-comment]")];
if (clauses.length) offerLink(clauses);
