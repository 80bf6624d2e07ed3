// The coding screen by keys: each key presses the button or follows the link that carries it, and
// only what changes is put in place. Without JavaScript the same buttons and links do the same.

const OFF = "consult-keys-off";
let busy = false;
// Set where a form must go its own way: the page that it leads to says what is wrong.
let plain = false;

const screen = () => document.getElementById("coding");

function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

/** Make ready what only works with JavaScript. */
function ready() {
  for (const hidden of screen().querySelectorAll(".coding__find, .coding__keys, .coding__hint")) hidden.hidden = false;
  const keys = screen().querySelector("[data-keys]");
  if (!keys) return;
  screen().classList.toggle("keys-off", off());
  screen().toggleAttribute("data-keys-on", !off());
  keys.textContent = off() ? keys.dataset.on : keys.dataset.off;
}

/** Ask for a page and put its screen in the place of this one; any other page is gone to. */
async function show(address, options = {}) {
  if (busy) return;
  busy = true;
  screen().setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, options);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("coding");
    if (!fresh && (response.ok || !options.form)) {
      location.assign(response.url);
      return;
    }
    if (!fresh) throw new Error(String(response.status));
    screen().replaceWith(fresh);
    if (!options.method || response.redirected) history.replaceState(null, "", response.url);
    ready();
    (fresh.querySelector('[data-module="error-summary"]') ?? document.getElementById("coding-point"))?.focus();
    fresh.scrollIntoView({ block: "nearest" });
  } catch {
    // No connection, or an error of ours: the button's own way says so.
    screen().removeAttribute("aria-busy");
    plain = true;
    if (options.form) options.form.requestSubmit(options.button);
    else location.assign(address);
  } finally {
    busy = false;
  }
}

/** Send a form of the screen as its button would. */
function send(form, button) {
  show(form.action, { method: "POST", body: new FormData(form, button), headers: { "X-Screen": "1" }, form, button });
}

/** The chosen words of the point as places in the comment, or null. Places count code points. */
function chosen() {
  const selection = getSelection();
  const point = screen().querySelector("[data-words]");
  if (!point || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!point.contains(range.startContainer) || !point.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(point, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const from = Number(point.dataset.start) + [...before.toString()].length;
  return { from, to: from + [...range.toString()].length };
}

function follow(link) {
  if (!("leave" in link.dataset)) {
    show(link.href);
    return;
  }
  const address = new URL(link.href);
  const words = chosen();
  if (words) {
    address.searchParams.set("from", words.from);
    address.searchParams.set("to", words.to);
  }
  location.assign(address);
}

/** Words as they are compared: without accents, in small letters. */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The themes of the list that are shown, in their order. */
function themes() {
  return [...screen().querySelectorAll("[data-themes] .coding__theme:not([hidden])")];
}

/** Show only the themes whose name holds each word that is typed, and say how many these are. */
function narrow(field) {
  const wanted = folded(field.value).split(/\s+/).filter(Boolean);
  for (const button of screen().querySelectorAll("[data-themes] .coding__theme")) {
    const name = folded(button.lastElementChild.textContent);
    button.hidden = !wanted.every((word) => name.includes(word));
  }
  const said = screen().querySelector("[data-found]");
  const left = themes().length;
  const { none, one, many } = said.dataset;
  said.textContent = !wanted.length ? "" : left === 0 ? none : left === 1 ? one : many.replace("#", left);
}

/** A key in the field that narrows the themes. */
function find(event) {
  const field = event.target;
  const left = themes();
  if (event.key === "Enter") {
    event.preventDefault();
    if (!field.value.trim() || !left.length) return;
    if (left.length === 1) left[0].click();
    else left[0].focus();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    left[0]?.focus();
  } else if (event.key === "Escape") {
    field.value = "";
    narrow(field);
    document.getElementById("coding-point")?.focus();
  }
}

/** From theme to theme by the arrows, and from the first one back to the field above them. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const left = themes();
  const here = left.indexOf(event.target);
  if (!step || here < 0) return false;
  event.preventDefault();
  (left[here + step] ?? (step < 0 ? screen().querySelector("[data-find]") : event.target)).focus();
  return true;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-find]")) narrow(event.target);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (plain || !form.closest("#coding") || event.defaultPrevented || !form.querySelector("[name=theme]")) return;
  if (form.matches(".coding__take")) return; // another page of points: once, and worth a page
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) {
    try {
      localStorage.setItem(OFF, off() ? "0" : "1");
    } catch {
      // Without storage they stay on.
    }
    ready();
    return;
  }
  const link = event.target.closest("#coding a[data-key]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  follow(link);
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches("[data-find]")) {
    find(event);
    return;
  }
  if (!event.ctrlKey && !event.metaKey && !event.altKey && walk(event)) return;
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || off()) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (event.key === "/") {
    event.preventDefault();
    screen().querySelector("[data-find]")?.focus();
    return;
  }
  // A letter is the same key with the caps lock on.
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const wanted = [...screen().querySelectorAll("[data-key]")].find((one) => one.dataset.key === pressed);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("a")) follow(wanted);
  else wanted.click();
});

ready();
