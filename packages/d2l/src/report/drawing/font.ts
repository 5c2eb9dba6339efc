// The typeface of figures, and how wide its text is where nothing can be measured.

/** DejaVu Sans, as matplotlib has it; then whatever the machine draws Chinese with. */
export const fontFamily = "DejaVu Sans, Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif";

/** Widths of the printable ASCII characters in DejaVu Sans, in hundredths of the type's size. */
const asciiWidths = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
  84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61,
  69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
  82, 59, 59, 52, 64, 34, 64, 84,
];

function widthOf(character: string): number {
  const code = character.codePointAt(0)!;
  const ascii = asciiWidths[code - 32];
  if (ascii !== undefined) return ascii;
  if (code >= 0x2e80) return 100;
  return /[⁻⁰¹²³⁴-⁹]/.test(character) ? 42 : character === "−" ? 84 : 62;
}

/** How wide a line of text is, in the unit of `size`: exact for ASCII, near for the rest (Chinese characters are square). */
export function estimateWidth(text: string, size: number): number {
  let hundredths = 0;
  for (const character of text) hundredths += widthOf(character);
  return (hundredths * size) / 100;
}
