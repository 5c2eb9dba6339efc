// Where splits take their randomness from.
import { defaultGenerator, Generator, randperm } from "../ops/random.js";
import { problem } from "./problem.js";

/** Where an order is drawn from: a stream of its own for a seed, or a generator. Default: the default generator. */
export interface RandomSource {
  /** The same seed gives the same splits, every time they are made. */
  readonly seed?: number | null;
  readonly generator?: Generator | null;
}

/** @throws ValueError where both a seed and a generator are given */
export function generatorOf(path: string, source: RandomSource): Generator {
  const { seed = null, generator = null } = source;
  if (seed === null) return generator ?? defaultGenerator();
  if (generator === null) return new Generator().manualSeed(seed);
  throw problem(
    "seed-and-generator",
    path,
    "a seed and a generator were given, one of them is enough",
    "同时给出了 seed 与 generator，只能给其中一个",
  );
}

/** The integers 0..n-1 in a random order. */
export function permutation(n: number, generator: Generator): number[] {
  return randperm(n, { generator }).tolist() as number[];
}

/** The values in a random order. */
export function shuffled<T>(values: readonly T[], generator: Generator): T[] {
  return permutation(values.length, generator).map((i) => values[i]!);
}

/** A seed for one part of a larger whole (a fold, a trial): neighbours share nothing. */
export function deriveSeed(seed: number, part: number): number {
  let h = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}
