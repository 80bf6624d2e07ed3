/** Renew a progress box from its own page; when the work has ended, show the page anew. */
export function progress(box) {
  const timer = setInterval(async () => {
    let page;
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      if (!response.ok) return;
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return; // no connection for a moment: the next turn tries again
    }
    const fresh = page.getElementById(box.id);
    if (!fresh || !fresh.dataset.module) {
      clearInterval(timer);
      location.reload();
      return;
    }
    box.querySelector("progress").value = fresh.querySelector("progress").value;
    const [status, detail] = [box.querySelectorAll("p"), fresh.querySelectorAll("p")];
    status.forEach((line, index) => {
      if (line.innerHTML !== detail[index].innerHTML) line.replaceChildren(...detail[index].childNodes);
    });
  }, 2000);
}
