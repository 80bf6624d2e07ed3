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

/** Tick every box of the fieldset that the button stands in; pressed again, none. */
export function chooseAllButton(button) {
  const boxes = button.closest("fieldset").querySelectorAll('input[type="checkbox"]');
  button.parentElement.querySelector(":scope > [data-without-script]")?.remove();
  if (boxes.length < 2) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const all = [...boxes].some((box) => !box.checked);
    for (const box of boxes) box.checked = all;
  });
}
