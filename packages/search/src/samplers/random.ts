// Random search: every value uniform, whatever is known.
import type { Distribution, ParameterValue, SearchSpace } from "../core/distributions.js";
import type { Sampler, SamplingContext } from "../core/sampler.js";
import { uniformValue } from "./uniform.js";

/**
 * Draws every parameter uniformly (in the logarithm with `log`), independently of the others and of earlier trials.
 *
 * @example
 * const study = await createStudy({ sampler: new samplers.RandomSampler(), seed: 0 });
 *
 * Source: Bergstra and Bengio, Random search for hyper-parameter optimization, JMLR 2012.
 */
export class RandomSampler implements Sampler {
  readonly name = "random";

  relativeSpace(): SearchSpace {
    return {};
  }

  sampleRelative(): Readonly<Record<string, ParameterValue>> {
    return {};
  }

  sampleIndependent(context: SamplingContext, _name: string, distribution: Distribution): ParameterValue {
    return uniformValue(distribution, context.random);
  }
}
