// The moderators' queue by keyboard: n and p go from comment to comment; a key that stands on a button
// presses it, only while its comment has the focus, so that no stray key decides anything; u undoes.
// Without JavaScript the same buttons are there, and the page comes back at the next comment.

const rows = [...document.querySelectorAll('[data-module="queue"] > article')];
const undo = document.querySelector('.undo [data-key="u"]');
for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;

function go(row) {
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "start" });
}

const asked = document.getElementById(location.hash.slice(1));
if (rows.length) go(rows.includes(asked) ? asked : location.hash ? rows[0] : null);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) return;
  const here = document.activeElement?.closest?.('[data-module="queue"] > article');
  const at = rows.indexOf(here);
  if (event.key === "n") go(rows[Math.min(rows.length - 1, at + 1)]);
  else if (event.key === "p" && at > 0) go(rows[at - 1]);
  else if (event.key === "u" && undo && (here || document.activeElement === document.body)) undo.click();
  else if (here && /^[1-9]$/.test(event.key)) here.querySelector(`[data-key="${event.key}"]`)?.click();
  else return;
  event.preventDefault();
});
