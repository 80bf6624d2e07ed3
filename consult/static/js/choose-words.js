// Choosing words of a clause without selecting them: sentence by sentence, then word by word. By
// keys, by finger, or with a screen reader, which reads out what is chosen.

import { formAddress, plainText, rangeAt, trimmed, units } from "./clause-words.js";

const template = document.getElementById("choose-words");
const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’‑-][\p{L}\p{M}\p{N}_]+)*|[^\s\p{L}\p{M}\p{N}_]+/gu;
const KEYS = {
  ArrowRight: "next", ArrowDown: "next", ArrowLeft: "previous", ArrowUp: "previous",
  "Shift+ArrowRight": "end-later", "Shift+ArrowLeft": "end-earlier",
  "Shift+ArrowDown": "start-later", "Shift+ArrowUp": "start-earlier",
  Escape: "cancel",
};

let open = null;

/** The words that are chosen in one clause, and the panel by which they are. */
class Choice {
  constructor(clause, button) {
    this.clause = clause;
    this.button = button;
    this.text = plainText(clause);
    const edges = clause.dataset.sentences.split(/[ -]/).map(Number);
    const at = units(this.text, edges);
    this.sentences = at.filter((_, i) => i % 2 === 0).map((start, i) => [start, at[2 * i + 1]]);
    this.words = [...this.text.matchAll(WORD)].map((found) => [found.index, found.index + found[0].length]);
    this.panel = template.content.firstElementChild.cloneNode(true);
    this.panel.setAttribute("aria-label", template.dataset.title.replace("{clause}", clause.dataset.name));
    this.link = this.panel.querySelector("a");
    this.panel.addEventListener("click", (event) => this.act(event.target.closest("[data-act]")?.dataset.act));
    this.panel.addEventListener("keydown", (event) => {
      const act = event.altKey || event.ctrlKey || event.metaKey ? null : KEYS[(event.shiftKey ? "Shift+" : "") + event.key];
      if (!act) return;
      event.preventDefault();
      this.act(act);
    });
    this.link.addEventListener("click", () => history.replaceState(null, "", `#${clause.closest(".clause").id}`));
  }

  show() {
    this.clause.closest(".clause").classList.add("clause--open");
    document.documentElement.setAttribute("data-choosing", "");
    getSelection().removeAllRanges();
    this.clause.after(this.panel);
    this.button.setAttribute("aria-expanded", "true");
    this.sentence(0);
    this.link.focus();
  }

  close() {
    this.panel.remove();
    this.button.setAttribute("aria-expanded", "false");
    this.clause.closest(".clause").classList.remove("clause--open");
    document.documentElement.removeAttribute("data-choosing");
    if (CSS.highlights) CSS.highlights.delete("chosen");
    else getSelection().removeAllRanges();
    open = null;
  }

  act(name) {
    if (name === "cancel") {
      this.close();
      this.button.focus();
    } else if (name === "next" || name === "previous") {
      const here = this.sentences.findLastIndex(([start]) => start <= this.start);
      this.sentence(Math.max(0, here) + (name === "next" ? 1 : -1));
    } else if (name) {
      this.word(name);
    }
  }

  sentence(number) {
    const at = Math.min(Math.max(number, 0), this.sentences.length - 1);
    [this.start, this.end] = this.sentences[at];
    this.told(template.dataset.sentence.replace("{number}", at + 1).replace("{all}", this.sentences.length));
  }

  /** Move one edge of what is chosen by a word; at least one stays. */
  word(name) {
    let first = this.words.findIndex(([, end]) => end > this.start);
    let last = this.words.findLastIndex(([start]) => start < this.end);
    if (name === "end-later") last = Math.min(last + 1, this.words.length - 1);
    if (name === "end-earlier") last = Math.max(last - 1, first);
    if (name === "start-earlier") first = Math.max(first - 1, 0);
    if (name === "start-later") first = Math.min(first + 1, last);
    this.start = this.words[first][0];
    this.end = this.words[last][1];
    this.told("");
  }

  told(which) {
    const chosen = trimmed(this.text, this.start, this.end);
    this.panel.querySelector("[data-which]").textContent = which;
    this.panel.querySelector("[data-chosen]").textContent = chosen.words;
    this.link.href = formAddress(this.clause, chosen);
    const range = rangeAt(this.clause, this.start, this.end);
    if (CSS.highlights) {
      CSS.highlights.set("chosen", new Highlight(range));
    } else {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
  }
}

/** Give each clause its button, a few at a time: a law has a thousand. */
function offer(clauses, from = 0) {
  for (const clause of clauses.slice(from, from + 100)) {
    const item = template.content.lastElementChild.cloneNode(true);
    const button = item.querySelector("button");
    button.querySelector("span").textContent = ` (${clause.dataset.name})`;
    clause.parentElement.querySelector(".clause-links").append(item);
  }
  if (from + 100 < clauses.length) setTimeout(() => offer(clauses, from + 100));
}

document.querySelector(".law").addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose]");
  if (!button) return;
  const again = open?.button === button;
  open?.close();
  if (again) return;
  open = new Choice(button.closest(".clause").querySelector("[data-comment]"), button);
  open.show();
});
offer([...document.querySelectorAll("[data-comment]")].filter((clause) => clause.dataset.sentences));
