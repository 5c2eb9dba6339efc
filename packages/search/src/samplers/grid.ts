// Grid search: every combination once.
import {
  categoricalDistribution,
  contains,
  type Distribution,
  type ParameterValue,
  type SearchSpace,
} from "../core/distributions.js";
import { deriveSeed, randomOf } from "../core/random.js";
import type { Sampler, SamplingContext } from "../core/sampler.js";
import { refuse } from "../study/messages.js";
import { uniformValue } from "./uniform.js";

/** Options of `GridSampler`. */
export interface GridOptions {
  /**
   * In an order that the study's seed gives, so that a search that is stopped early has seen all of the grid a little; false: the last parameter
   * runs fastest. Default: true.
   */
  readonly shuffle?: boolean;
}

const Salt = 0x67726964;

/**
 * Tries all combinations of given values, each once; then the study is full, and `optimize` ends.
 *
 * The point of a trial follows from the number of trials before it that were not enqueued by hand: a search may be resumed and shared. Parameters
 * that are not in the grid are drawn at random.
 *
 * @param space the values of each parameter
 * @throws ValueError for an empty grid; while sampling, for values that the objective's range does not allow
 *
 * @example
 * const sampler = new samplers.GridSampler({ lr: [0.01, 0.1, 1], width: [64, 256] }); // 6 trials
 */
export class GridSampler implements Sampler {
  readonly name = "grid";
  readonly trialLimit: number;
  readonly #axes: readonly (readonly [string, readonly ParameterValue[]])[];
  readonly #shuffle: boolean;
  /** The order for the seed that was asked for last. */
  #order: { seed: number; indices: Uint32Array } | null = null;

  constructor(space: Readonly<Record<string, readonly ParameterValue[]>>, options: GridOptions = {}) {
    this.#axes = Object.entries(space).map(([name, values]) => {
      return [name, [...new Set(categoricalDistribution(values, `GridSampler, ${name}`).choices)]];
    });
    this.#shuffle = options.shuffle ?? true;
    if (this.#axes.length === 0) refuse("grid", "GridSampler", "the grid must have parameters", "网格必须有参数");
    this.trialLimit = this.#axes.reduce((product, [, values]) => product * values.length, 1);
    if (this.trialLimit > 0xffff_ffff) {
      const en = `the grid must have fewer than 2^32 points, got ${this.trialLimit}`;
      refuse("grid-size", "GridSampler", en, `网格点数必须少于 2^32，得到 ${this.trialLimit}`, {
        received: this.trialLimit,
      });
    }
  }

  relativeSpace(): SearchSpace {
    return Object.fromEntries(this.#axes.map(([name, choices]) => [name, { kind: "categorical", choices }]));
  }

  sampleRelative(context: SamplingContext): Readonly<Record<string, ParameterValue>> {
    const { draw, random, study } = context;
    // What a trial enqueued by hand leaves open comes from anywhere in the grid.
    let rest = draw === null ? random.integer(this.trialLimit) : this.#indexOf(draw % this.trialLimit, study.seed);
    const point: Record<string, ParameterValue> = {};
    for (const [name, values] of [...this.#axes].reverse()) {
      point[name] = values[rest % values.length]!;
      rest = Math.floor(rest / values.length);
    }
    return point;
  }

  sampleIndependent(context: SamplingContext, name: string, distribution: Distribution): ParameterValue {
    const axis = this.#axes.find(([it]) => it === name);
    if (axis === undefined) return uniformValue(distribution, context.random);
    const outside = axis[1].filter((value) => !contains(distribution, value));
    return refuse(
      "grid-value",
      "GridSampler",
      `all values of ${name} in the grid must lie in the range that the objective asks for, got ${outside.map(String).join(", ")}`,
      `网格中 ${name} 的所有值必须在目标函数要求的范围内，得到 ${outside.map(String).join("、")}`,
      { expected: distribution, received: outside },
    );
  }

  #indexOf(draw: number, seed: number): number {
    if (!this.#shuffle) return draw;
    if (this.#order?.seed !== seed) {
      const indices = Uint32Array.from({ length: this.trialLimit }, (_, i) => i);
      const random = randomOf(deriveSeed(seed, Salt));
      // Fisher and Yates.
      for (let i = indices.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        [indices[i], indices[j]] = [indices[j]!, indices[i]!];
      }
      this.#order = { seed, indices };
    }
    return this.#order.indices[draw]!;
  }
}
