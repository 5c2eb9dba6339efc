// Phrases that expected values have in common, in both languages.
import type { Localized } from "torchlet";
import { bothOf, type Wording } from "../report/text/wording.js";

/** It has to hold for every seed of the run. */
export function everySeed(expected: Wording): Localized {
  const { en, zh } = bothOf(expected);
  return { en: `${en} with every seed`, zh: `${zh}（每个种子）` };
}

/** It has to hold for the median over the seeds. */
export function inMedian(expected: Wording): Localized {
  const { en, zh } = bothOf(expected);
  return { en: `${en} (median over the seeds)`, zh: `${zh}（各种子的中位数）` };
}

/** What two ways of computing the same may differ by. */
export function largestDifference(limit: string): Localized {
  return { en: `largest difference ${limit}`, zh: `最大差 ${limit}` };
}

/** As `largestDifference`, over the size of what is compared. */
export function relativeDifference(limit: string): Localized {
  return { en: `relative difference ${limit}`, zh: `相对差 ${limit}` };
}

/** What a result may be away from the exact one. */
export function largestError(limit: string): Localized {
  return { en: `largest error ${limit}`, zh: `最大误差 ${limit}` };
}
