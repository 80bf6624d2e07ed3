// What is being written is kept in this browser until it is saved, so that a closed window loses
// nothing. It leaves the browser only as the form itself is sent.
//
//   data-keep          a form, and the name under which its words are kept
//   data-keep-fields   the fields that hold words
//   data-keep-with     further fields, which are given back together with them
//   data-keep-in       "device": until it is saved; "tab": unless the box [data-keep-device] is
//                      ticked, the words go with the tab
//   data-keep-unsaved  the page shows what was typed, which is not saved yet
//
// Words that differ from what the form shows are offered in [data-kept], never put in unasked.

const PREFIX = "consult:";
const ON_DEVICE = `${PREFIX}on-device`;
const TAKE = `${PREFIX}take`;
const DAYS = 30;
// While older words are offered, what is typed meanwhile needs a place of its own.
const SLOTS = ["", "~2", "~3"];

/** Without storage (switched off, full) everything works as it does without JavaScript. */
function attempt(doing) {
  try {
    return doing();
  } catch {
    return null;
  }
}

const stores = () => [attempt(() => localStorage), attempt(() => sessionStorage)].filter(Boolean);

function read(name) {
  for (const store of stores()) {
    const found = attempt(() => JSON.parse(store.getItem(name)));
    if (found) return found;
  }
  return null;
}

function drop(name) {
  for (const store of stores()) attempt(() => store.removeItem(name));
}

function names(store) {
  return attempt(() => Object.keys(store).filter((name) => name.startsWith(PREFIX))) ?? [];
}

/** Keep the words of a form while they are typed, and offer those that were kept. */
export function keep(form) {
  const all = SLOTS.map((slot) => `${PREFIX}${form.dataset.keep}${slot}`);
  const words = form.dataset.keepFields.split(" ").filter((name) => form.elements[name]);
  const more = (form.dataset.keepWith ?? "").split(" ").filter(Boolean);
  const box = form.querySelector("[data-keep-device]");
  const state = form.querySelector("[data-keep-state]");
  const unsaved = "keepUnsaved" in form.dataset;
  const initial = typed();
  let offered = all.filter((name) => differs(read(name)));
  const same = all.filter((name) => read(name) && !offered.includes(name));
  let slot = (unsaved && same[0]) || (all.find((name) => !offered.includes(name)) ?? all.at(-1));
  let timer = 0;

  if (!unsaved) same.forEach(drop);
  if (box) {
    box.closest("[data-keep-choice]").hidden = false;
    box.checked = Boolean(attempt(() => localStorage.getItem(ON_DEVICE)));
    box.addEventListener("change", choose);
  }
  form.addEventListener("input", (event) => {
    if (event.target === box) return;
    clearTimeout(timer);
    timer = setTimeout(write, 400);
  });
  document.addEventListener("visibilitychange", () => document.hidden && timer && write());
  window.addEventListener("pagehide", () => timer && write());
  form.addEventListener("submit", sending);
  offer();
  const taken = attempt(() => sessionStorage.getItem(TAKE));
  attempt(() => sessionStorage.removeItem(TAKE));
  if (offered.includes(taken)) {
    offered = [taken, ...offered.filter((name) => name !== taken)];
    take();
  }

  function value(name) {
    const field = form.elements[name];
    return (field?.value ?? "").replace(/\r\n/g, "\n");
  }

  function typed() {
    return Object.fromEntries(words.map((name) => [name, value(name)]));
  }

  function differs(record, from = initial) {
    return Boolean(record) && words.some((name) => (record.fields[name] ?? "") !== from[name]);
  }

  function home() {
    return form.dataset.keepIn === "device" || box?.checked ? localStorage : sessionStorage;
  }

  function write(sent = false) {
    clearTimeout(timer);
    timer = 0;
    drop(slot);
    const fields = typed();
    if (unsaved ? words.every((name) => !fields[name]) : !differs({ fields })) {
      if (state) state.hidden = true;
      return;
    }
    for (const name of more) fields[name] = value(name);
    const record = { at: new Date().toISOString(), fields, sent };
    const kept = attempt(() => {
      home().setItem(slot, JSON.stringify(record));
      return true;
    });
    if (state) state.hidden = !kept;
  }

  function choose() {
    attempt(() => (box.checked ? localStorage.setItem(ON_DEVICE, "1") : localStorage.removeItem(ON_DEVICE)));
    write();
  }

  /** The name goes along, and comes back in the address of the page that says it is saved. */
  function sending(event) {
    if (event.defaultPrevented) return;
    let field = form.querySelector('input[name="kept"]');
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "kept";
      form.append(field);
    }
    field.value = slot.slice(PREFIX.length);
    write(true);
  }

  function offer() {
    const panel = document.querySelector("[data-kept]");
    if (!panel) return;
    panel.hidden = !offered.length;
    if (!offered.length) return;
    const record = read(offered[0]);
    panel.querySelector("[data-kept-take]").onclick = take;
    panel.querySelector("[data-kept-drop]").onclick = () => {
      drop(offered.shift());
      offer();
      form.elements[words.at(-1)].focus();
    };
    const stale = panel.querySelector("[data-kept-stale]");
    if (stale) stale.hidden = (record.fields.saved ?? "") === value("saved");
    const shown = panel.querySelector("[data-kept-words]");
    shown.classList.add("kept__words--plain");
    shown.textContent = record.fields[words.at(-1)];
    const language = document.documentElement.lang;
    panel.querySelector("[data-kept-at]").textContent = new Date(record.at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    if (panel.dataset.kept) redline(record, shown, panel.dataset.kept);
  }

  /** What the kept words change, as the server shows it; without a connection they stand plain. */
  async function redline(record, shown, part) {
    const facts = new FormData(form);
    for (const name of words) facts.set(name, record.fields[name] ?? "");
    facts.set("step", "kept");
    const answer = await fetch(form.action, { method: "POST", body: facts }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part);
    if (!fresh) return;
    shown.replaceChildren(...fresh.childNodes);
    shown.classList.remove("kept__words--plain");
  }

  function take() {
    const record = read(offered[0]);
    const elsewhere = more.includes("clause") && (record.fields.clause ?? "") !== value("clause");
    if (elsewhere) {
      attempt(() => sessionStorage.setItem(TAKE, offered[0]));
      const address = new URL(form.action, location.href);
      for (const name of more) if (record.fields[name]) address.searchParams.set(name, record.fields[name]);
      location.assign(address);
      return;
    }
    const others = differs({ fields: typed() });
    if (others) write();
    const before = slot;
    slot = offered.shift();
    if (others) offered.push(before);
    for (const [name, given] of Object.entries(record.fields)) if (form.elements[name]?.value !== undefined) form.elements[name].value = given;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    for (const name of words) form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
    offer();
    form.elements[words.at(-1)].focus();
  }
}

/** What was sent from here and is saved now needs not be kept; nor does what nobody came back for. */
export function tidyKept() {
  const address = new URL(location.href);
  const saved = address.searchParams.get("kept");
  if (saved) {
    if (read(PREFIX + saved)?.sent) drop(PREFIX + saved);
    address.searchParams.delete("kept");
    history.replaceState(history.state, "", address);
  }
  const oldest = new Date(Date.now() - DAYS * 86_400_000).toISOString();
  for (const name of names(attempt(() => localStorage))) if (read(name)?.at < oldest) drop(name);
}

/** A form that ends a visit or signs out takes with it what is kept, and asks before that. */
export function forget(form) {
  form.addEventListener("submit", (event) => {
    const kept = stores().flatMap(names).filter((name) => read(name)?.at);
    if (kept.length && !confirm(form.dataset.forget)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    for (const store of stores()) for (const name of names(store)) attempt(() => store.removeItem(name));
  }, { capture: true });
}
