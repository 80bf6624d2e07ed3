/** Copy the text of another element, and say that it is done. */
export function copyButton(button) {
  if (!navigator.clipboard) return;
  const words = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.target).textContent.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 4000);
  });
}

/** Print the page. */
export function printButton(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
