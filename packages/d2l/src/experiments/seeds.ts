// Repetitions with one seed after the other.
import type { Localized } from "torchlet";
import * as torch from "torchlet";
import type { Repetition } from "./repeated.js";

/** `count` seeds from the first one on. */
export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** What `make` gives with each seed. */
export function withSeeds<T>(seeds: readonly number[], make: () => T): T[] {
  return seeds.map((seed) => {
    torch.manualSeed(seed);
    return make();
  });
}

/** What something gives with each seed, told as it goes on; fewer when the run is stopped. */
export async function eachSeed<T>(
  { report, signal, seed, seeds }: Repetition,
  name: Localized,
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
