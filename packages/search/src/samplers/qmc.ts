// Quasi-random search: more even than chance, and as blind.
import { type Distribution, isSingle, type ParameterValue, type SearchSpace } from "../core/distributions.js";
import { deriveSeed } from "../core/random.js";
import type { Sampler, SamplingContext } from "../core/sampler.js";
import { isFinished } from "../core/trial-record.js";
import { SOBOL_DIMENSIONS, sobolFraction } from "./sobol.js";
import { uniformValue, valueAt } from "./uniform.js";

/** Options of `QMCSampler`. */
export interface QmcOptions {
  /** The parameters, where they are known beforehand: otherwise the first trial is random and shows them. */
  readonly space?: SearchSpace;
}

const Salt = 0x716d63;

/**
 * Draws trials from a Sobol sequence, scrambled (Owen) by the study's seed: 2^k trials lie evenly in the space and in each of its
 * projections. The number of trials should be a power of 2.
 *
 * The space is that of the first trial that ended (without failing); parameters beyond it, and beyond 100 of them, are drawn at random.
 *
 * @example
 * const study = await createStudy({ sampler: new samplers.QMCSampler(), seed: 0 });
 * await study.optimize(objective, { nTrials: 64 });
 *
 * Source: Sobol 1967; Joe and Kuo 2008; Owen 1995.
 */
export class QMCSampler implements Sampler {
  readonly name = "qmc";
  readonly #space: SearchSpace | null;

  constructor(options: QmcOptions = {}) {
    this.#space = options.space ?? null;
  }

  relativeSpace(context: SamplingContext): SearchSpace {
    const space = this.#space ?? this.#shown(context);
    const chosen = Object.entries(space)
      .filter(([, distribution]) => !isSingle(distribution))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(chosen.slice(0, SOBOL_DIMENSIONS));
  }

  sampleRelative(context: SamplingContext, space: SearchSpace): Readonly<Record<string, ParameterValue>> {
    const { study, draw, random } = context;
    // Trials enqueued by hand take no point of the sequence.
    if (draw === null) {
      return Object.fromEntries(Object.entries(space).map(([name, it]) => [name, uniformValue(it, random)]));
    }
    return Object.fromEntries(
      Object.entries(space).map(([name, distribution], dimension) => {
        return [name, valueAt(distribution, sobolFraction(draw, dimension, deriveSeed(study.seed, Salt, dimension)))];
      }),
    );
  }

  sampleIndependent(context: SamplingContext, _name: string, distribution: Distribution): ParameterValue {
    return uniformValue(distribution, context.random);
  }

  #shown({ study }: SamplingContext): SearchSpace {
    return study.trials.find((trial) => isFinished(trial) && trial.state !== "failed")?.distributions ?? {};
  }
}
