// The words of a clause as they are stored, found in the page and the other way round.
//
// What the page adds to a text (numbers of comments, marked `data-aside`) is no part of it. Offsets
// in these functions count UTF-16 units, as strings and ranges do; the server counts code points.

/** The text nodes of a clause, without what the page has added. */
function* textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT
      : node.hasAttribute("data-aside") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP);
  while (walker.nextNode()) yield walker.currentNode;
}

export function plainText(element) {
  let text = "";
  for (const node of textNodes(element)) text += node.data;
  return text;
}

/** Where a point of the document stands in the text of a clause. */
function offsetOf(element, container, offset) {
  const point = document.createRange();
  point.setStart(container, offset);
  let before = 0;
  for (const node of textNodes(element)) {
    if (node === container) return before + offset;
    if (point.comparePoint(node, 0) >= 0) return before;
    before += node.data.length;
  }
  return before;
}

/** The words of a clause that a range covers, without the white space around them, or null. */
export function wordsOf(element, range) {
  const text = plainText(element);
  return trimmed(text, offsetOf(element, range.startContainer, range.startOffset), offsetOf(element, range.endContainer, range.endOffset));
}

export function trimmed(text, start, end) {
  while (start < end && !text[start].trim()) start += 1;
  while (end > start && !text[end - 1].trim()) end -= 1;
  return start < end ? { start, end, words: text.slice(start, end), at: codePoints(text, start) } : null;
}

export function codePoints(text, end) {
  let count = 0;
  for (const _ of text.slice(0, end)) count += 1;
  return count;
}

/** The UTF-16 offsets of some offsets in code points, which rise. */
export function units(text, wanted) {
  const found = [];
  let at = 0;
  let count = 0;
  for (const number of wanted) {
    for (; count < number && at < text.length; count += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    found.push(at);
  }
  return found;
}

/** A range over words of a clause. */
export function rangeAt(element, start, end) {
  const range = document.createRange();
  range.selectNodeContents(element);
  let before = 0;
  let begun = false;
  for (const node of textNodes(element)) {
    const after = before + node.data.length;
    if (!begun && start < after) {
      range.setStart(node, start - before);
      begun = true;
    }
    if (end <= after) {
      range.setEnd(node, end - before);
      break;
    }
    before = after;
  }
  return range;
}

/** The address of the form that brings words along: a sentence by its place, others as they are. */
export function formAddress(clause, chosen) {
  const address = new URL(clause.dataset.comment, location.href);
  const part = `${chosen.at}-${chosen.at + codePoints(chosen.words, chosen.words.length)}`;
  if (clause.dataset.sentences.split(" ").includes(part)) {
    address.searchParams.set("part", part);
  } else {
    address.searchParams.set("words", chosen.words);
    address.searchParams.set("at", chosen.at);
  }
  return address.href;
}
