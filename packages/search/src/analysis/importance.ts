// Which parameters matter: functional analysis of variance of a forest fitted to the trials.
import type { Distribution, ParameterValue } from "../core/distributions.js";
import { isSingle } from "../core/distributions.js";
import { randomOf } from "../core/random.js";
import type { Direction, TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "../study/messages.js";
import { intersectionSearchSpace } from "../study/view.js";
import { type Extent, type Feature, growForest, type Tree } from "./forest.js";
import { completeTrials } from "./pareto.js";

/** Options of `getParamImportances`. */
export interface ImportanceOptions {
  /** What the parameters are to explain. Default: the objective's value; must be given where there are several. */
  readonly target?: (trial: TrialRecord) => number;
  /** Only these parameters, and all trials that have them. Default: those that all completed trials have. */
  readonly params?: readonly string[];
  /** Default: 64. */
  readonly nTrees?: number;
  /** Default: 0. */
  readonly seed?: number;
}

function featureOf(distribution: Distribution): Feature {
  if (distribution.kind === "categorical") return { categories: distribution.choices.length };
  const { low, high, log } = distribution;
  return log ? { low: Math.log(low), high: Math.log(high) } : { low, high };
}

function encode(distribution: Distribution, value: ParameterValue): number {
  if (distribution.kind === "categorical") return distribution.choices.indexOf(value);
  return distribution.log ? Math.log(value as number) : (value as number);
}

/** The share of a feature's range that an extent takes. */
function shareOf(extent: Extent, feature: Feature): number {
  if ("allowed" in extent) return extent.allowed.filter(Boolean).length / extent.allowed.length;
  const { low, high } = feature as { low: number; high: number };
  return (extent.high - extent.low) / (high - low);
}

/** The variance that each feature alone explains in a tree, as shares of all its variance; null for a tree that is constant. */
function explainedBy(tree: Tree, features: readonly Feature[]): readonly number[] | null {
  const shares = tree.map(({ extents }) => extents.map((extent, i) => shareOf(extent, features[i]!)));
  const sizes = shares.map((all) => all.reduce((product, share) => product * share, 1));
  const mean = tree.reduce((sum, { value }, i) => sum + value * sizes[i]!, 0);
  const variance = tree.reduce((sum, { value }, i) => sum + (value - mean) ** 2 * sizes[i]!, 0);
  if (!(variance > 0)) return null;
  return features.map((feature, index) => {
    // The mean over all other features: a step function of this one. Each leaf adds to the cells that it lies over.
    const borders =
      "categories" in feature
        ? Array.from({ length: feature.categories + 1 }, (_, c) => c)
        : [
            ...new Set(tree.flatMap(({ extents }) => Object.values(extents[index] as { low: number; high: number }))),
          ].sort((a, b) => a - b);
    const place = new Map(borders.map((border, i) => [border, i]));
    const marginal = new Float64Array(borders.length - 1);
    for (const [i, { value, extents }] of tree.entries()) {
      const extent = extents[index]!;
      const weight = ((value - mean) * sizes[i]!) / shares[i]![index]!;
      if ("allowed" in extent) {
        for (const [c, isAllowed] of extent.allowed.entries()) if (isAllowed) marginal[c]! += weight;
      } else {
        for (let cell = place.get(extent.low)!; cell < place.get(extent.high)!; cell++) marginal[cell]! += weight;
      }
    }
    const range = borders.at(-1)! - borders[0]!;
    return (
      marginal.reduce((sum, value, cell) => sum + value ** 2 * ((borders[cell + 1]! - borders[cell]!) / range), 0) /
      variance
    );
  });
}

/**
 * How much of the objective's variance each parameter explains by itself; the largest first, summing to 1.
 *
 * A random forest is fitted to the completed trials; in each tree, the variance of the mean over all other parameters is divided by the
 * whole variance (fANOVA). Means are over the scale that was searched: over the logarithm of a parameter with `log` (Optuna's are over its values). Parameters that only matter together with others get little. Parameters that are not in all trials, or have
 * one value only, are left out.
 *
 * @throws ValueError for fewer than 2 completed trials, several objectives without `target`, unknown `params`
 *
 * @example
 * getParamImportances(study); // { lr: 0.81, width: 0.15, dropout: 0.04 }
 *
 * Source: Hutter, Hoos and Leyton-Brown, An efficient approach for assessing hyperparameter importance, ICML 2014.
 */
export function getParamImportances(
  study: { readonly trials: readonly TrialRecord[]; readonly directions: readonly Direction[] },
  options: ImportanceOptions = {},
): Readonly<Record<string, number>> {
  const { target, params, nTrees = 64, seed = 0 } = options;
  const path = "getParamImportances";
  checkCount(path, "nTrees", nTrees, 1);
  if (target === undefined && study.directions.length > 1) {
    refuse("importance-target", path, "with several objectives, target must be given", "有多个目标时必须给出 target", {
      hint: { en: "target: (trial) => trial.values[0]", zh: "target: (trial) => trial.values[0]" },
    });
  }
  const targetOf = target ?? ((trial: TrialRecord) => trial.values![0]!);
  const complete = completeTrials(study.trials).filter(
    (trial) => (params ?? []).every((name) => Object.hasOwn(trial.params, name)) && Number.isFinite(targetOf(trial)),
  );
  if (complete.length < 2) {
    const en = `at least 2 completed trials with finite values must have ${params?.join(", ") ?? "parameters"}, got ${complete.length}`;
    const zh = `至少须有 2 个已完成、值有限的试验具有 ${params?.join("、") ?? "参数"}，得到 ${complete.length} 个`;
    refuse("importance-trials", path, en, zh, { expected: ">= 2", received: complete.length });
  }
  const common = intersectionSearchSpace({ ...study, seed, trials: complete });
  const missing = params?.find((name) => !Object.hasOwn(common, name));
  if (missing !== undefined) {
    const en = `${missing} must have the same range in all trials`;
    refuse("importance-range", path, en, `${missing} 在所有试验中的范围必须相同`, { received: missing });
  }
  const space = Object.entries(common).filter(
    ([name, distribution]) => !isSingle(distribution) && (params?.includes(name) ?? true),
  );
  const features = space.map(([, distribution]) => featureOf(distribution));
  const columns = space.map(([name, it]) => Float64Array.from(complete, ({ params }) => encode(it, params[name]!)));
  const targets = Float64Array.from(complete, targetOf);
  const shares = growForest(columns, targets, features, nTrees, randomOf(seed))
    .map((tree) => explainedBy(tree, features))
    .filter((it) => it !== null);
  const sums = features.map((_, i) => shares.reduce((sum, all) => sum + all[i]!, 0));
  const total = sums.reduce((sum, it) => sum + it, 0);
  const pairs = space.map(([name], i) => [name, total > 0 ? sums[i]! / total : 0] as const);
  return Object.fromEntries(pairs.sort((a, b) => b[1] - a[1]));
}
