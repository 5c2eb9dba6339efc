// Choosing among candidates by their cross-validated scores.
import type { CrossValidation } from "./cross-validate.js";
import { problem } from "./problem.js";

/** Whether small or large scores are good. */
export type Direction = "minimize" | "maximize";

/**
 * How to choose: the best mean, or the first candidate (the simplest, where candidates are listed from simple to
 * complex) whose mean is within one standard error of the best.
 */
export type ChoiceRule = "best" | "oneStandardError";

/** Options of `choose`. */
export interface ChoiceOptions {
  /** Default: "best". */
  readonly rule?: ChoiceRule;
  /** Default: "minimize", as for losses and errors. */
  readonly direction?: Direction;
  /** The score that decides, where there are several. Default: the only one, or `score`, or `loss`. */
  readonly score?: string;
}

/** What was chosen, and why. */
export interface Choice {
  /** The position of the chosen candidate. */
  readonly index: number;
  /** The position of the candidate with the best mean. */
  readonly best: number;
  /** The worst mean that was still good enough. */
  readonly threshold: number;
  /** The mean scores of all candidates. */
  readonly means: readonly number[];
}

/** The score of that name; without a name the only one, or `score`, or `loss`. */
export function scoreName(path: string, names: readonly string[], name: string | undefined): string {
  const found = name ?? (names.length === 1 ? names[0] : names.includes("score") ? "score" : "loss");
  if (found !== undefined && names.includes(found)) return found;
  throw problem(
    "score-name",
    path,
    `there is no score ${JSON.stringify(found)} among ${names.join(", ")}`,
    `${names.join("、")} 中没有得分 ${JSON.stringify(found)}`,
    { expected: names, received: found, hint: { en: "name one with { score }", zh: "请用 { score } 指定" } },
  );
}

/**
 * Chooses one of several cross-validations. Means that are not finite are never chosen.
 *
 * The rule of one standard error (Breiman et al. 1984; Hastie, Tibshirani and Friedman, *The Elements of Statistical
 * Learning*, 7.10) takes the simplest candidate that the data cannot tell from the best.
 *
 * @param results one for each candidate, from the simplest to the most complex
 * @throws ValueError where no mean is finite
 *
 * @example
 * torch.selection.choose(results, { rule: "oneStandardError" }).index;
 */
export function choose(results: readonly CrossValidation[], options: ChoiceOptions = {}): Choice {
  const { rule = "best", direction = "minimize" } = options;
  const name = scoreName("choose", Object.keys(results[0]?.mean ?? {}), options.score);
  const sign = direction === "minimize" ? 1 : -1;
  const means = results.map((result) => result.mean[name]!);
  const losses = means.map((mean) => (Number.isFinite(mean) ? sign * mean : Number.POSITIVE_INFINITY));
  const best = losses.indexOf(Math.min(...losses));
  if (!Number.isFinite(losses[best]!)) {
    throw problem(
      "no-finite-score",
      "choose",
      "no candidate has a finite mean score",
      "没有任何候选的平均得分是有限数",
      { received: means },
    );
  }
  switch (rule) {
    case "best":
      return { index: best, best, threshold: means[best]!, means };
    case "oneStandardError": {
      const error = results[best]!.standardError[name]!;
      const limit = losses[best]! + (Number.isFinite(error) ? error : 0);
      return { index: losses.findIndex((loss) => loss <= limit), best, threshold: sign * limit, means };
    }
    default:
      rule satisfies never;
      throw problem("choice-rule", "choose", `unknown rule ${String(rule)}`, `未知的规则 ${String(rule)}`, {
        expected: ["best", "oneStandardError"],
        received: rule,
      });
  }
}
