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

/** Show only the themes whose name holds what is typed. */
function narrow(field) {
  const wanted = field.value.trim().toLowerCase();
  for (const button of screen().querySelectorAll(".coding__theme")) {
    button.hidden = !button.textContent.toLowerCase().includes(wanted);
  }
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
    const first = screen().querySelector(".coding__theme:not([hidden])");
    if (event.key === "Enter") {
      event.preventDefault();
      if (first && event.target.value.trim()) first.click();
    } else if (event.key === "Escape") {
      event.target.value = "";
      narrow(event.target);
      document.getElementById("coding-point")?.focus();
    }
    return;
  }
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || off()) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (event.key === "/") {
    event.preventDefault();
    screen().querySelector("[data-find]")?.focus();
    return;
  }
  const wanted = [...screen().querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("a")) follow(wanted);
  else wanted.click();
});

ready();
