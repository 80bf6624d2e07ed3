// What others said on a clause or on words of it, opened in place: the newest three and the way to
// all of them. Without JavaScript the same links lead to a page.

const text = document.querySelector(".law");

for (const link of document.querySelectorAll("[data-conversation]")) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
}

text.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("[data-conversation]") ?? numberBehind(event.target);
  if (!link) return;
  event.preventDefault();
  toggle(link);
});
text.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("[data-conversation]")) return;
  event.preventDefault();
  toggle(event.target);
});

/** The number that belongs to marked words: a click on them is a click on it. */
function numberBehind(element) {
  const marked = element.closest("mark.said");
  if (!marked || element.closest("a") || !getSelection().isCollapsed) return null;
  const numbers = [...marked.closest(".clause").querySelectorAll(".said-number")];
  return numbers.find((number) => marked.compareDocumentPosition(number) & Node.DOCUMENT_POSITION_FOLLOWING);
}

/** Open the conversation of a link, or close it again. One is open at a time. */
async function toggle(link) {
  const clause = link.closest(".clause");
  const open = link.getAttribute("aria-expanded") === "true";
  document.querySelectorAll(".law .conversation").forEach(close);
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
  panel.addEventListener("click", (event) => {
    // The way back from a form leads to the clause.
    if (event.target.closest("a[rel=nofollow]")) history.replaceState(null, "", `#${clause.id}`);
  });
  clause.classList.add("clause--open");
  clause.append(panel);
  link.setAttribute("aria-expanded", "true");
  panel.focus();
}

function close(panel) {
  const clause = panel.closest(".clause");
  clause.querySelector('[data-conversation][aria-expanded="true"]')?.setAttribute("aria-expanded", "false");
  clause.classList.remove("clause--open");
  panel.remove();
}
