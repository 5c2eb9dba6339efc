// Text made safe for the place it is put in: markup, or a script element.

/** Half of a surrogate pair, and what XML allows not even as a reference: control characters, U+FFFE, U+FFFF. */
const unprintable = /\p{Surrogate}|[\ufffe\uffff]|(?![\t\n\r])\p{Control}/gu;

/** The text without what markup cannot hold in any way: each such character becomes `�`. */
export function printable(text: string): string {
  return text.replace(unprintable, "\ufffd");
}

/** For elements and quoted attributes of HTML and XML; characters that XML cannot hold become `�`. */
export function escapeMarkup(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/**
 * JSON that may stand inside a script element: no `<` (which could end the element or open a comment), and none of the
 * line separators that old scripts take for line ends.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** A finished script made safe to stand inside a script element. Within strings, regular expressions and templates `<\/` means `</`. */
export function scriptForElement(script: string): string {
  return script.replace(/<(?=\/script)/gi, "\\x3c").replaceAll("<!--", "\\x3c!--");
}
