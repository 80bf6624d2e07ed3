// The word diff of a clause while it is being written: the same form, the same page, the same
// fragment as the button "Show what changes" gives without JavaScript.

const area = document.querySelector("[data-live-diff]");
if (area) live(area.form, document.getElementById(area.dataset.liveDiff));

function live(form, target) {
  let timer = 0;
  let running = null;
  form.querySelector("[data-preview]").hidden = true;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  });

  async function refresh() {
    running?.abort();
    running = new AbortController();
    const facts = new FormData(form);
    facts.set("step", "preview");
    try {
      const response = await fetch(form.action, { method: "POST", body: facts, signal: running.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(target.id);
      if (fresh) target.replaceChildren(...fresh.childNodes);
    } catch {
      // Typed on meanwhile, or no connection: the next pause tries again, and saving needs neither.
    }
  }
}
