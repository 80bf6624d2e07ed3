/** Say how many characters are left, and to screen readers only after a pause in typing. */
export function characterCount(group) {
  const area = group.querySelector("textarea");
  const shown = group.querySelector(".count");
  const limit = Number(group.dataset.count);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  shown.after(spoken);
  let timer;

  function text(number) {
    const [one, many] = number < 0
      ? [shown.dataset.overOne, shown.dataset.overMany]
      : [shown.dataset.leftOne, shown.dataset.leftMany];
    const size = Math.abs(number);
    return size === 1 ? one : many.replace("{n}", size.toLocaleString(document.documentElement.lang));
  }

  function update() {
    // Code points, with the line ends of a form as two: what the server counts.
    const value = area.value.replace(/\r\n|\n/g, "\r\n");
    const left = limit - Array.from(value).length;
    shown.textContent = text(left);
    shown.toggleAttribute("data-over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = shown.textContent; }, 1000);
  }

  area.addEventListener("input", update);
  if (area.value) update();
}
