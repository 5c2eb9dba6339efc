// What the notes say about signals that are none, and the bounds that numbers are held against.
import type { Labels } from "../../report/text/labels.js";
import { around } from "../bounds.js";
import type { Claim } from "../experiment.js";
import { notes, sources } from "../sources.js";

/** The chance that at least one of m features is shared by all five defaulters. */
export function chanceOf(features: number): number {
  return 1 - (31 / 32) ** features;
}

/** The mean of the largest of m independent shares of n fair coins: sum over k of P(largest > k / n) / n. */
export function expectedBest(m: number, n: number): number {
  let logChoose = 0;
  let below = 0;
  let expected = 0;
  for (let k = 0; k < n; k++) {
    below += Math.exp(logChoose - n * Math.LN2);
    logChoose += Math.log((n - k) / (k + 1));
    expected += (1 - Math.min(1, below) ** m) / n;
  }
  return expected;
}

/** What measured numbers are held against. */
export const bounds = {
  chance: around(chanceOf(100), 0.03),
  validation: around(0.5, 0.05),
  fresh: around(0.5, 0.05),
  leak: around(0.75, 0.05),
  chosen: around(expectedBest(100, 100), 0.01),
  chosenFresh: around(0.5, 0.02),
} as const;

/** Claims of the experiment `blue-shirts`. */
export const claims = {
  chance: {
    items: ["F47"],
    claim: {
      en: "Among 100 features without meaning, one is shared by all defaulters as often as theory says.",
      zh: "在 100 个无意义的特征中，出现为全部违约者共有者的频率与理论一致。",
    },
    expected: bounds.chance.text,
    source: sources(notes("3.2.1"), "1 - (31/32)^100"),
  },
  validation: {
    items: ["F47", "F49"],
    claim: {
      en: "On fresh applicants the same feature catches half of the defaulters, as any coin does.",
      zh: "对新的申请人，该特征只能找出一半的违约者，与抛硬币无异。",
    },
    expected: bounds.validation.text,
    source: notes("3.2.1"),
  },
  generalization: {
    items: ["F48"],
    claim: {
      en: "A model that memorizes has training error 0, and on fresh samples that of a coin.",
      zh: "死记硬背的模型训练误差为 0，而在新样本上与抛硬币无异。",
    },
    expected: `0; ${bounds.fresh.text}`,
    source: notes("3.2.1.1"),
  },
  leak: {
    items: ["F49"],
    claim: {
      en: "Where half of the validation samples are training samples too, the accuracy seems to be three quarters.",
      zh: "若验证样本有一半同时在训练集中，精度看上去有四分之三。",
    },
    expected: bounds.leak.text,
    source: notes("3.2.1.1"),
  },
  disjoint: {
    items: ["F49"],
    claim: {
      en: "A split into three parts has no sample twice, and loses none.",
      zh: "划分为三部分时样本不重复也不遗漏。",
    },
    expected: { en: "0 twice, 0 lost", zh: "重复 0，遗漏 0" },
    source: notes("3.2.1.1"),
  },
  chosen: {
    items: ["F49"],
    claim: {
      en: "The best of 100 coins on a test set of 100 samples looks as good as theory says the best of them is.",
      zh: "在 100 个样本的测试集上，100 枚硬币中最好的一枚看上去与理论的最大值一样好。",
    },
    expected: bounds.chosen.text,
    source: { en: "mean of the largest of 100 binomials (100, 1/2)", zh: "100 个二项分布 (100, 1/2) 最大值的期望" },
  },
  chosenFresh: {
    items: ["F49"],
    claim: { en: "On fresh samples it is a coin again.", zh: "在新样本上它仍只是一枚硬币。" },
    expected: bounds.chosenFresh.text,
    source: notes("3.2.1.1"),
  },
  guard: {
    items: ["F49"],
    claim: { en: "A guarded test set warns from its second use on.", zh: "受保护的测试集从第二次使用起发出警告。" },
    expected: { en: "0 warnings, then 1", zh: "警告 0 次，然后 1 次" },
    source: notes("3.2.1.1"),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  chance: { en: "chance", zh: "概率" },
  chosen: { en: "chosen accuracy", zh: "选出者的精度" },
  expectedChance: { en: "expected chance", zh: "理论概率" },
  expectedChosen: { en: "expected chosen accuracy", zh: "选出者的理论精度" },
  features: { en: "features", zh: "特征数" },
} satisfies Labels;
