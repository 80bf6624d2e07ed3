// One keystroke for each place that looks like personal data: 1 removes, 2 leaves, arrows move. The
// keys work only while a place has the focus; without JavaScript the same radio buttons are there.

const KEYS = { 1: 0, 2: 1 };

function redacting(form) {
  const places = [...form.querySelectorAll("[data-finding]")];
  const keys = form.querySelector("[data-redacting-keys]");
  if (!places.length) return;
  if (keys) keys.hidden = false;

  const radios = (place) => [...place.querySelectorAll("input[type=radio]")];
  const isOpen = (place) => !radios(place).some((radio) => radio.checked);

  function go(place) {
    const [first] = radios(place);
    (radios(place).find((radio) => radio.checked) ?? first).focus();
    place.scrollIntoView({ block: "nearest" });
  }

  /** The next place that is not decided, else the reasons, else the button that saves. */
  function goOn(place) {
    const at = places.indexOf(place);
    const next = [...places.slice(at + 1), ...places.slice(0, at)].find(isOpen);
    if (next) {
      go(next);
      return;
    }
    const removes = places.some((one) => radios(one)[0].checked);
    const reasons = [...form.querySelectorAll("input[name=ground]")];
    const asks = removes && !reasons.some((one) => one.checked);
    (asks ? reasons[0] : form.querySelector("[data-redacting-save]")).focus();
  }

  form.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-finding]");
    if (!place || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key in KEYS) {
      radios(place)[KEYS[event.key]].checked = true;
      goOn(place);
    } else if (step) {
      go(places[(places.indexOf(place) + step + places.length) % places.length]);
    } else {
      return;
    }
    event.preventDefault();
  });

  if (document.activeElement === document.body) {
    const first = places.find(isOpen);
    if (first) go(first);
  }
}

for (const form of document.querySelectorAll("[data-redacting]")) redacting(form);
