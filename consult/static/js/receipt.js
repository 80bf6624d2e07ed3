// A letter leads to /receipt#CODE: what follows the # never leaves the browser, so the code stands
// in no log. It is put into the field, and taken out of the address.
const field = document.getElementById("code");
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[0-9A-Za-z-]{16,24}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
}
