// A Gaussian process as a model of the objective: the next trial is where most improvement is expected.
import {
  type Distribution,
  isSingle,
  type ParameterValue,
  type SearchSpace,
  sameDistribution,
} from "../core/distributions.js";
import type { Sampler, SamplingContext } from "../core/sampler.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount } from "../study/messages.js";
import { intersectionSearchSpace } from "../study/view.js";
import { axesOf } from "./axis.js";
import { fitModel } from "./gp/fit.js";
import { logExpectedImprovement } from "./gp/log-ei.js";
import { GaussianProcess } from "./gp/process.js";
import { maximize } from "./gp/search.js";
import { lossesOf, withPruned } from "./gp/values.js";
import { countObserved } from "./startup.js";
import { TPESampler } from "./tpe.js";

/** Options of `GPSampler`. */
export interface GpOptions {
  /** Trials before the model takes over; spread as a Latin hypercube. Default: 10. */
  readonly nStartupTrials?: number;
  /** Chooses the parameters that not all trials have. Default: `TPESampler`. */
  readonly independentSampler?: Sampler;
}

/**
 * Fits a Gaussian process (Matern 5/2, a length for each parameter, noise; the most probable hyperparameters) to the losses, and takes the
 * point with the largest expected improvement. The best use of few, dear trials; O(n^3) a trial, so for some hundreds of them.
 *
 * Losses are made normal first (a logarithm where they spread over magnitudes), infinite ones become the largest finite one. Integers and steps
 * are modelled at their values, choices by whether they differ. Running trials are taken to turn out as the model expects. Pruned trials count
 * with their last report, but for no better than the median. Several objectives: weighted anew for every trial (ParEGO).
 *
 * @throws ValueError for `nStartupTrials` below 1
 *
 * @example
 * const study = await createStudy({ sampler: new samplers.GPSampler(), seed: 0 });
 *
 * Source: Jones, Schonlau and Welch, Efficient global optimization of expensive black-box functions, 1998; Ament et al. 2023 (logarithm of the
 * improvement).
 */
export class GPSampler implements Sampler {
  readonly name = "gp";
  private readonly nStartupTrials: number;
  private readonly independent: Sampler;

  constructor(options: GpOptions = {}) {
    const { nStartupTrials = 10 } = options;
    checkCount("GPSampler", "nStartupTrials", nStartupTrials, 1);
    this.nStartupTrials = nStartupTrials;
    this.independent = options.independentSampler ?? new TPESampler({ nStartupTrials });
  }

  relativeSpace({ study }: SamplingContext): SearchSpace {
    if (countObserved(study.trials) < this.nStartupTrials) return {};
    const space = Object.entries(intersectionSearchSpace(study)).filter(([, distribution]) => !isSingle(distribution));
    // A choice of branches by their mean loss alone would give up the one with the best trials: TPE looks at those.
    const isBranching =
      space.every(([, { kind }]) => kind === "categorical") &&
      study.trials.some(({ distributions }) =>
        Object.entries(distributions).some(
          ([name, distribution]) => !isSingle(distribution) && !space.some(([other]) => other === name),
        ),
      );
    return isBranching ? {} : Object.fromEntries(space);
  }

  sampleRelative(context: SamplingContext, space: SearchSpace): Readonly<Record<string, ParameterValue>> {
    const { study, random } = context;
    const names = Object.keys(space);
    if (names.length === 0) return {};
    const axes = axesOf(space);
    const isChoice = axes.map(({ kind }) => kind === "choice");
    const usable = study.trials.filter((trial) => names.every((name) => has(trial, name, space[name]!)));
    const of = (...states: readonly string[]) => usable.filter(({ state }) => states.includes(state));
    const pointOf = ({ params }: TrialRecord) =>
      Float64Array.from(names, (name, j) => axes[j]!.position(params[name]!));
    const complete = of("complete").filter(({ values }) => values !== null && !values.some(Number.isNaN));
    if (complete.length === 0) return this.independently(context, space);
    const single = study.directions.length === 1;
    const pruned = single ? of("pruned") : [];
    const own = lossesOf(complete, study.directions, random);
    const losses = single ? withPruned(own, pruned, study.directions[0]!) : own;
    const observed = [...complete, ...pruned].map(pointOf);
    const { values, hyperparameters } = fitModel(observed, losses, isChoice);
    const process = new GaussianProcess(observed, values, of("running").map(pointOf), isChoice, hyperparameters);
    const acquisition = (x: Float64Array, gradient?: Float64Array) => {
      const { mean, deviation, meanGradient, deviationGradient } = process.predict(x, gradient !== undefined);
      const { value, byMean, byDeviation } = logExpectedImprovement(mean, deviation, process.best);
      gradient?.set(meanGradient.map((g, j) => byMean * g + byDeviation * deviationGradient[j]!));
      return value;
    };
    const order = observed.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
    const good = order.slice(0, 3).map((i) => observed[i]!);
    const best = maximize(acquisition, axes, good, random);
    return Object.fromEntries(names.map((name, j) => [name, axes[j]!.value(best[j]!)]));
  }

  sampleIndependent(context: SamplingContext, name: string, distribution: Distribution): ParameterValue {
    return this.independent.sampleIndependent(context, name, distribution);
  }

  private independently(context: SamplingContext, space: SearchSpace): Record<string, ParameterValue> {
    return Object.fromEntries(
      Object.entries(space).map(([name, distribution]) => [name, this.sampleIndependent(context, name, distribution)]),
    );
  }
}

function has({ distributions }: TrialRecord, name: string, distribution: Distribution): boolean {
  const own = Object.hasOwn(distributions, name) ? distributions[name]! : undefined;
  return own !== undefined && (own === distribution || sameDistribution(own, distribution));
}
