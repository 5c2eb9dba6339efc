// One value of a distribution, uniform over what it allows.
import type { Distribution, ParameterValue } from "../core/distributions.js";
import type { Random } from "../core/random.js";

/**
 * The value at the fraction `u` in [0, 1) of a distribution: uniform `u` gives uniform values (in the logarithm with `log`).
 *
 * Steps, integers and choices get equal shares of [0, 1); integers with `log` those of their cells [k - 1/2, k + 1/2] in the logarithm.
 */
export function valueAt(distribution: Distribution, u: number): ParameterValue {
  if (distribution.kind === "categorical") {
    const { choices } = distribution;
    return choices[Math.min(Math.floor(u * choices.length), choices.length - 1)]!;
  }
  const { low, high, log, step } = distribution;
  const clip = (value: number) => Math.min(Math.max(value, low), high);
  if (log) {
    const margin = distribution.kind === "int" ? 0.5 : 0;
    const from = Math.log(low - margin);
    const value = Math.exp(from + u * (Math.log(high + margin) - from));
    return clip(distribution.kind === "int" ? Math.round(value) : value);
  }
  if (step === null) return clip(low + u * (high - low));
  const count = Math.round((high - low) / step) + 1;
  return clip(low + Math.min(Math.floor(u * count), count - 1) * step);
}

/** A uniform value of a distribution. */
export function uniformValue(distribution: Distribution, random: Random): ParameterValue {
  return valueAt(distribution, random.uniform());
}
