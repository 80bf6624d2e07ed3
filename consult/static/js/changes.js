// From change to change: by button, and by the keys n and p (or j and k) unless the reader switches
// them off. Without JavaScript each change links to the next and the one before.

const KEYS = { n: 1, j: 1, p: -1, k: -1 };
const OFF = "consult-keys-off";

const bar = document.querySelector('[data-module="changes"]');
const stops = [...document.querySelectorAll("[data-change]")];
if (bar && stops.length > 1) jumps();

function jumps() {
  const where = bar.querySelector('[role="status"]');
  const keys = bar.querySelector("[data-keys]");
  let reached = -1;

  /** The change at which the reader is: the one jumped to while it is in sight, else the topmost. */
  function here() {
    if (reached >= 0) {
      const box = stops[reached].getBoundingClientRect();
      if (box.bottom > 0 && box.top < innerHeight) return reached;
    }
    return stops.findLastIndex((stop) => stop.getBoundingClientRect().top < 80);
  }

  function step(by) {
    const to = Math.min(stops.length - 1, Math.max(0, here() + by));
    reached = to;
    const heading = stops[to].querySelector("h2, h3") ?? stops[to];
    heading.tabIndex = -1;
    stops[to].scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
    where.textContent = bar.dataset.where.replace("{n}", to + 1).replace("{all}", stops.length);
  }

  function off() {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false;
    }
  }

  function show() {
    keys.textContent = off() ? bar.dataset.on : bar.dataset.off;
    bar.classList.toggle("jump--quiet", off());
  }

  bar.hidden = false;
  where.textContent = bar.dataset.all.replace("{all}", stops.length);
  show();
  for (const button of bar.querySelectorAll("[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)));
  keys.addEventListener("click", () => {
    try {
      localStorage.setItem(OFF, off() ? "0" : "1");
    } catch {
      // Without storage they stay on.
    }
    show();
  });
  document.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (!by || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || off()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    step(by);
  });
}
