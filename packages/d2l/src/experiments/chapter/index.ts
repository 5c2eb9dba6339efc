// The notes as data: headings, items, corrections.
import { corrections } from "./corrections.js";
import { headings } from "./headings.js";
import { items } from "./items.js";

export type { Correction } from "./corrections.js";
export type { Heading, HeadingId } from "./headings.js";
export type { Item } from "./items.js";

/** What the notes describe, in their order; experiments and their claims refer to it. */
export const chapter = { headings, items, corrections } as const;
