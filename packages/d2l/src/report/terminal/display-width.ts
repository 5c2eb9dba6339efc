// How many columns a text takes in a terminal, and breaking text at a width.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
const plainAscii = /^[\u0020-\u007e]*$/;
const invisible = /^[\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}]/u;
/** East Asian Wide and Fullwidth, in the blocks that occur in text, and characters shown as emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|\ufe0f/u;

/** The text without colours. */
export function stripEscapes(text: string): string {
  return text.includes("\u001b") ? text.replace(escapes, "") : text;
}

/** Columns that a line takes: two for a full-width character, none for a combining one or a colour. */
export function displayWidth(text: string): number {
  const plain = stripEscapes(text);
  if (plainAscii.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segmenter.segment(plain)) width += widthOfGrapheme(segment);
  return width;
}

function widthOfGrapheme(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** The text with spaces after it (or before it), up to a width. */
export function pad(text: string, width: number, side: "start" | "end" = "end"): string {
  const spaces = " ".repeat(Math.max(0, width - displayWidth(text)));
  return side === "end" ? text + spaces : spaces + text;
}

/** The text cut to a width, with `…` where something is missing. Takes no colours: cut first, paint later. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const columns = widthOfGrapheme(segment);
    if (used + columns > width - 1) break;
    kept += segment;
    used += columns;
  }
  return width < 1 ? "" : `${kept}…`;
}

/** May stand at the end of a line but not at the head of the next. */
const closing = /^[，。、；：？！）》」』】〉”’,.;:?!)\]}%…]/;
/** Chinese and Japanese text may be broken between any two characters. */
const ideographic = /^[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/;

/** Breaks a text (no colours) into lines of at most `width` columns: at spaces, between Chinese characters, and in words that are too long. */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(2, width);
  return text.split("\n").flatMap((paragraph) => wrapParagraph(paragraph, limit));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of piecesOf(paragraph)) {
    if (displayWidth(line) + displayWidth(piece.trimEnd()) <= width) {
      line += piece;
      continue;
    }
    if (line.trimEnd() !== "") lines.push(line.trimEnd());
    line = "";
    for (const { segment } of segmenter.segment(piece)) {
      if (displayWidth(line) + displayWidth(segment) > width && segment !== " ") {
        lines.push(line);
        line = "";
      }
      line += segment;
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/** Pieces that stay together: a word with the spaces after it; a Chinese character with the punctuation that closes it. */
function piecesOf(paragraph: string): string[] {
  const pieces: string[] = [];
  let before = "";
  for (const { segment } of segmenter.segment(paragraph)) {
    const last = pieces.length - 1;
    const breakable = before === " " ? segment !== " " : ideographic.test(segment) || ideographic.test(before);
    if (last < 0 || (breakable && segment !== " " && !closing.test(segment))) pieces.push(segment);
    else pieces[last] += segment;
    before = segment;
  }
  return pieces;
}
