// Tree-structured Parzen estimator: what good trials have more often than others is tried next.
import {
  type Distribution,
  isSingle,
  type ParameterValue,
  type SearchSpace,
  sameDistribution,
} from "../core/distributions.js";
import type { Sampler, SamplingContext } from "../core/sampler.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "../study/messages.js";
import { intersectionSearchSpace } from "../study/view.js";
import { axisOf } from "./axis.js";
import { countObserved, startupValue } from "./startup.js";
import { ParzenEstimator } from "./tpe/parzen.js";
import { rankTrials } from "./tpe/ranking.js";

/** Options of `TPESampler`. */
export interface TpeOptions {
  /** Trials before the estimators take over; spread as a Latin hypercube. Default: 10. */
  readonly nStartupTrials?: number;
  /** Points drawn from the good trials' density, of which the best is taken. Default: 24. */
  readonly nEiCandidates?: number;
  /**
   * Choose parameters with regard to each other: those that all trials have together, others given what the trial has already.
   * false: each by itself, the original algorithm. Default: true.
   */
  readonly multivariate?: boolean;
  /** How many of n trials count as good. Default: a tenth, at least 2, at most 25. */
  readonly gamma?: (n: number) => number;
  /** Weights of n trials, from the oldest to the latest; for objectives that change in the course of time. Default: all 1. */
  readonly weights?: (n: number) => readonly number[];
  /** Weight of the uninformed prior against 1 for a good trial; against the others it has ten times that. Default: 0.3. */
  readonly priorWeight?: number;
  /** Take running trials for bad ones, so that workers do not try the same at the same time. Default: true. */
  readonly constantLiar?: boolean;
}

/**
 * Models the parameters of good trials by a density l(x), those of all others by g(x), and takes of some draws from l the one with the
 * largest l(x) / g(x), which has the largest expected improvement. Cheap (O(n) a trial), and at home with conditional spaces, choices and integers.
 *
 * Kernels are normals cut to the range; integers and steps count with the mass of their cell. A parameter that not all trials have is chosen
 * from those trials that had it, given the parameters chosen before it. Pruned trials count after complete ones, by how far they came.
 *
 * @throws ValueError for counts below 1, and for weights that are negative or too few
 *
 * @example
 * const study = await createStudy({ sampler: new samplers.TPESampler({ nStartupTrials: 20 }), seed: 0 });
 *
 * Source: Bergstra et al., Algorithms for hyper-parameter optimization, NeurIPS 2011; Watanabe, Tree-structured Parzen estimator:
 * understanding its algorithm components, 2023.
 */
export class TPESampler implements Sampler {
  readonly name = "tpe";
  private readonly options: Required<TpeOptions>;

  constructor(options: TpeOptions = {}) {
    this.options = {
      nStartupTrials: 10,
      nEiCandidates: 24,
      multivariate: true,
      gamma: (n) => Math.min(Math.max(Math.ceil(0.1 * n), 2), 25),
      weights: (n) => new Array<number>(n).fill(1),
      priorWeight: 0.3,
      constantLiar: true,
      ...options,
    };
    const { nStartupTrials, nEiCandidates, priorWeight } = this.options;
    checkCount("TPESampler", "nStartupTrials", nStartupTrials, 1);
    checkCount("TPESampler", "nEiCandidates", nEiCandidates, 1);
    if (!(priorWeight > 0 && priorWeight < Number.POSITIVE_INFINITY))
      refuse(
        "prior-weight",
        "TPESampler",
        `priorWeight must be positive, got ${priorWeight}`,
        `priorWeight 必须为正，得到 ${priorWeight}`,
        { received: priorWeight },
      );
  }

  relativeSpace(context: SamplingContext): SearchSpace {
    if (!this.options.multivariate || this.isStartingUp(context)) return {};
    const common = Object.entries(intersectionSearchSpace(context.study));
    return Object.fromEntries(common.filter(([, distribution]) => !isSingle(distribution)));
  }

  sampleRelative(context: SamplingContext, space: SearchSpace): Readonly<Record<string, ParameterValue>> {
    return Object.fromEntries(this.choose(context, Object.entries(space), []));
  }

  sampleIndependent(context: SamplingContext, name: string, distribution: Distribution): ParameterValue {
    const { nStartupTrials, multivariate } = this.options;
    const seen = context.study.trials.filter((trial) => has(trial, name, distribution));
    const observed = countObserved(seen);
    if (isSingle(distribution) || this.isStartingUp(context) || observed < 2)
      return startupValue(context, name, distribution, nStartupTrials);
    const { params, distributions } = context.trial;
    const known = Object.entries(distributions).filter(
      ([other, it]) => multivariate && other !== name && !isSingle(it) && seen.every((trial) => has(trial, other, it)),
    );
    const values = known.map(([other]) => params[other]!);
    return this.choose(context, [...known, [name, distribution]], values)[0]![1];
  }

  private isStartingUp({ study }: SamplingContext): boolean {
    return countObserved(study.trials) < this.options.nStartupTrials;
  }

  /** Values for the parameters of a space of which the values of the first ones are known. */
  private choose(
    context: SamplingContext,
    space: readonly (readonly [string, Distribution])[],
    known: readonly ParameterValue[],
  ): [string, ParameterValue][] {
    const { nEiCandidates, priorWeight } = this.options;
    const { study, random } = context;
    const axes = space.map(([, distribution]) => axisOf(distribution));
    const { good, goodness, rest } = this.split(
      study.trials.filter((trial) => space.every(([name, distribution]) => has(trial, name, distribution))),
      context,
    );
    const pointOf = ({ params }: TrialRecord) => space.map(([name], j) => axes[j]!.position(params[name]!));
    const goodWeights = this.weightsOf(good.length).map((weight, i) => weight * goodness[i]!);
    const l0 = ParzenEstimator.of(axes, good.map(pointOf), goodWeights, { priorWeight, widths: "scott" });
    const restWeights = this.weightsOf(rest.length);
    const g0 = ParzenEstimator.of(axes, rest.map(pointOf), restWeights, {
      priorWeight: REST_PRIOR * priorWeight,
      widths: "neighbours",
    });
    const fixed = known.map((value, j) => axes[j]!.position(value));
    const l = l0.given(fixed);
    const g = g0.given(fixed);
    let best: readonly number[] = [];
    let largest = Number.NaN;
    for (let i = 0; i < nEiCandidates; i++) {
      const point = l.sample(random);
      const score = l.logDensity(point) - g.logDensity(point);
      if (i === 0 || score > largest) [best, largest] = [point, score];
    }
    const first = fixed.length;
    return best.map((position, j) => [space[first + j]![0], axes[first + j]!.value(position)]);
  }

  /** The trials that count as good, how much each of them does, and all others; from the oldest to the latest. */
  private split(trials: readonly TrialRecord[], { study }: SamplingContext) {
    const { gamma, constantLiar } = this.options;
    const observed = trials.filter(({ state }) => state === "complete" || state === "pruned");
    const count = Math.max(1, Math.min(observed.length, Math.floor(gamma(observed.length))));
    const order = rankTrials(observed, study.directions, count);
    const running = constantLiar ? trials.filter(({ state }) => state === "running") : [];
    const byNumber = (a: TrialRecord, b: TrialRecord) => a.number - b.number;
    const good = order.slice(0, count).sort(byNumber);
    // The best weighs e^2 times as much as the last of the good. In a front there is no best one.
    const rankOf = new Map(order.slice(0, count).map((trial, rank) => [trial, study.directions.length > 1 ? 0 : rank]));
    return {
      good,
      goodness: good.map((trial) => Math.exp((-2 * rankOf.get(trial)!) / count)),
      rest: [...order.slice(count), ...running].sort(byNumber),
    };
  }

  private weightsOf(n: number): readonly number[] {
    const weights = this.options.weights(n);
    if (weights.length !== n || !weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY))
      refuse(
        "weights",
        "TPESampler",
        `weights(n) must give n numbers of at least 0, got ${weights.length} for n = ${n}`,
        `weights(n) 必须给出 n 个不小于 0 的数，n = ${n} 时得到 ${weights.length} 个`,
        { expected: n, received: weights },
      );
    return weights;
  }
}

/** There are many of the rest: a prior of weight 1 would hardly be seen, and draws far from all trials would look too good. */
const REST_PRIOR = 10;

function has({ distributions }: TrialRecord, name: string, distribution: Distribution): boolean {
  const own = Object.hasOwn(distributions, name) ? distributions[name]! : undefined;
  return own !== undefined && (own === distribution || sameDistribution(own, distribution));
}
