// What the parts of the experiment share.
import { type Localized, localize } from "torchlet";
import type { ExperimentContext } from "../experiment.js";
import type { claims } from "./claims.js";

/** What each part is given. */
export interface Tools extends ExperimentContext<keyof typeof claims> {
  readonly seed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly dataSets: number;
}

export const rising = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
/** How often a list that should fall rises, beyond rounding. */
export const rises = (values: readonly number[]) =>
  values.filter((value, i) => i > 0 && value > values[i - 1]! * (1 + 1e-9) + 1e-15).length;
export const fixed = (values: readonly number[], digits = 3) => values.map((value) => value.toFixed(digits)).join(", ");

/** Names of lines and axes that figures of several parts have in common. */
export const legend = {
  samples: { en: "samples", zh: "样本" },
  sampleCount: { en: "samples", zh: "样本数" },
  truth: { en: "truth", zh: "真实函数" },
  fit: { en: "fit", zh: "拟合" },
  training: { en: "training", zh: "训练" },
  validation: { en: "validation", zh: "验证" },
  test: { en: "test", zh: "测试" },
  error: { en: "error", zh: "错误率" },
  squaredError: { en: "mean squared error", zh: "均方误差" },
} as const satisfies Record<string, Localized>;

/** One of those names in the language of the run. */
export const named = (name: keyof typeof legend) => localize(legend[name]);

/** Two errors or lists of errors of one measurement. */
export const pair = (first: keyof typeof legend, a: string, second: keyof typeof legend, b: string): Localized => ({
  en: `${legend[first].en} ${a}; ${legend[second].en} ${b}`,
  zh: `${legend[first].zh} ${a}；${legend[second].zh} ${b}`,
});
