// The first trials of a study, before there is anything to learn from: spread evenly over every parameter.
import type { Distribution, ParameterValue } from "../core/distributions.js";
import { deriveSeed, randomOf } from "../core/random.js";
import type { SamplingContext } from "../core/sampler.js";
import type { TrialRecord } from "../core/trial-record.js";
import { valueAt } from "./uniform.js";

/** Keeps the orders of the cells apart from all other streams of a study. */
const SALT = 0x4c_48_53;

/** How many trials have ended with something to learn from. */
export function countObserved(trials: readonly TrialRecord[]): number {
  let count = 0;
  for (const { state } of trials) if (state === "complete" || state === "pruned") count++;
  return count;
}

/**
 * A value of a Latin hypercube of the first n trials: each of n equal parts of a parameter's range is used by one of them, in an order
 * that follows from the study's seed and the parameter's name. Later trials get uniform values.
 *
 * Needs no knowledge of the other parameters, and so works where the space depends on what is chosen.
 * Source: McKay, Beckman and Conover, Technometrics 1979.
 */
export function startupValue(
  { study, trial, random, draw }: SamplingContext,
  name: string,
  distribution: Distribution,
  n: number,
): ParameterValue {
  const u = random.uniform();
  const index = draw ?? trial.number;
  if (index >= n) return valueAt(distribution, u);
  let hash = deriveSeed(study.seed, SALT);
  for (const character of name) hash = deriveSeed(hash, character.codePointAt(0)!);
  const order = randomOf(hash);
  const cells = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = order.integer(i + 1);
    [cells[i], cells[j]] = [cells[j]!, cells[i]!];
  }
  return valueAt(distribution, (cells[index]! + u) / n);
}
