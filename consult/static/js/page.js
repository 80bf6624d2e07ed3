// What every page gains from JavaScript. Each part finds its elements by `data-module`; without
// JavaScript the page does the same with one step more.

import { once } from "./once.js";
import { characterCount } from "./character_count.js";
import { chooseAllButton, copyButton, printButton } from "./buttons.js";
import { forget, keep, tidyKept } from "./keep.js";
import { progress } from "./progress.js";

/** Start every part inside `root`: the document, or a fragment that was loaded later. */
export function start(root = document) {
  for (const summary of root.querySelectorAll('[data-module="error-summary"]')) summary.focus();
  for (const form of root.querySelectorAll('[data-module="once"]')) once(form);
  for (const form of root.querySelectorAll("[data-keep]")) keep(form);
  for (const form of root.querySelectorAll("[data-forget]")) forget(form);
  for (const group of root.querySelectorAll("[data-count]")) characterCount(group);
  for (const button of root.querySelectorAll('[data-module="copy"]')) copyButton(button);
  for (const button of root.querySelectorAll('[data-module="choose-all"]')) chooseAllButton(button);
  for (const button of root.querySelectorAll('[data-module="print"]')) printButton(button);
  for (const box of root.querySelectorAll('[data-module="progress"]')) progress(box);
}

tidyKept();
start();
