// What others said on a clause, opened in place: the newest three and the way to all of them.
// Without JavaScript the same link leads to the page of all comments on the clause.

for (const link of document.querySelectorAll("[data-conversation]")) {
  const clause = link.closest(".clause");
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    toggle(link, clause);
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    toggle(link, clause);
  });
}

/** Open the conversation of a clause, or close it again. One is open at a time. */
async function toggle(link, clause) {
  const open = clause.querySelector(".conversation");
  document.querySelectorAll(".conversation").forEach(close);
  if (open) return;
  let found;
  try {
    const response = await fetch(link.dataset.conversation);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    found = page.getElementById("conversation");
  } catch {
    found = null;
  }
  if (!found) {
    location.assign(link.href);
    return;
  }
  const panel = document.createElement("section");
  panel.className = "conversation no-print";
  panel.lang = document.documentElement.lang;
  panel.tabIndex = -1;
  panel.setAttribute("aria-label", found.dataset.name);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button-link";
  button.textContent = found.dataset.close;
  button.addEventListener("click", () => {
    close(panel);
    link.focus();
  });
  panel.append(...found.childNodes, button);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") button.click();
  });
  clause.append(panel);
  link.setAttribute("aria-expanded", "true");
  panel.focus();
}

function close(panel) {
  panel.closest(".clause").querySelector("[data-conversation]").setAttribute("aria-expanded", "false");
  panel.remove();
}
