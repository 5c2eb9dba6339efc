// Text of a report: the same in every language, or one for each.
import { type Localized, localize } from "torchlet";
import { formatNumber } from "./numbers.js";

/** Numbers and names as they are, or words in both languages. */
export type Wording = string | Localized;

/** What a reader of the current language sees. */
export function wordingOf(text: Wording): string {
  return typeof text === "string" ? text : localize(text);
}

/** Both languages of a text. */
export function bothOf(text: Wording): Localized {
  return typeof text === "string" ? { en: text, zh: text } : text;
}

/** A value of a check or a table: a number with the digits that count, or words. */
export function valueText(value: number | Wording): string {
  return typeof value === "number" ? formatNumber(value) : wordingOf(value);
}
