// How an objective asks for values, wherever it runs.
import {
  categoricalDistribution,
  type Distribution,
  type FloatOptions,
  floatDistribution,
  type IntOptions,
  intDistribution,
  type ParameterValue,
} from "../core/distributions.js";

/** What has values to give: a trial, or its stand-in on another thread. */
export abstract class Suggesting {
  /** A value of a distribution; the same name gives the same value again. */
  abstract suggest(name: string, distribution: Distribution): ParameterValue;

  /**
   * A number between `low` and `high`, both included.
   *
   * @param options `log` (default false): uniform in the logarithm; `step` (default null): only `low`, `low + step`, ...
   * @throws ValueError for limits that are no range, for another kind of parameter of this name, after the trial's end
   *
   * @example
   * const lr = trial.suggestFloat("lr", 1e-4, 1, { log: true });
   */
  suggestFloat(name: string, low: number, high: number, options: FloatOptions = {}): number {
    return this.suggest(name, floatDistribution(low, high, options, `suggestFloat("${name}")`)) as number;
  }

  /**
   * An integer between `low` and `high`, both included.
   *
   * @param options `log` (default false), `step` (default 1)
   * @throws ValueError as `suggestFloat`
   *
   * @example
   * const width = trial.suggestInt("width", 32, 512, { log: true });
   */
  suggestInt(name: string, low: number, high: number, options: IntOptions = {}): number {
    return this.suggest(name, intDistribution(low, high, options, `suggestInt("${name}")`)) as number;
  }

  /**
   * One of some values without order.
   *
   * @throws ValueError for no choices, for other choices than this name had before, after the trial's end
   *
   * @example
   * const activation = trial.suggestCategorical("activation", ["relu", "tanh"]);
   */
  suggestCategorical<const T extends ParameterValue>(name: string, choices: readonly T[]): T {
    return this.suggest(name, categoricalDistribution(choices, `suggestCategorical("${name}")`)) as T;
  }
}
