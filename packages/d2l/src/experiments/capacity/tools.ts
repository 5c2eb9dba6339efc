// What the parts of the experiment share.
import * as torch from "torchlet";
import type { ExperimentContext } from "../experiment.js";
import type { claims } from "./claims.js";

/** What each part is given. */
export interface Tools extends ExperimentContext<keyof typeof claims> {
  readonly seed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly dataSets: number;
}

export const rising = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
/** How often a list that should fall rises, beyond rounding. */
export const rises = (values: readonly number[]) =>
  values.filter((value, i) => i > 0 && value > values[i - 1]! * (1 + 1e-9) + 1e-15).length;
export const fixed = (values: readonly number[], digits = 3) => values.map((value) => value.toFixed(digits)).join(", ");

/** Runs something once a seed; fewer times when the run is stopped. */
export async function everySeed<T>(
  { report, signal, seed, seeds }: Tools,
  name: { readonly en: string; readonly zh: string },
  once: () => T | Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < seeds && !signal.aborted; i++) {
    torch.manualSeed(seed + i);
    results.push(await once());
    report.progress({ label: name, done: i + 1, total: seeds });
    await torch.utils.data.breathe();
  }
  return results;
}
