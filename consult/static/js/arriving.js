// Who comes to a clause by its address (back from a form, from a list, from the contents) has it
// under the keys: the next Tab and the next words read out are those of the clause.

function arrive() {
  const clause = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!clause?.matches(".clause, .chapter-heading")) return;
  clause.tabIndex = -1;
  clause.focus({ preventScroll: true });
}

addEventListener("hashchange", arrive);
addEventListener("pageshow", arrive);
