// Repetitions with one seed after the other.
import * as torch from "torchlet";

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
