// What the notes claim about the VC dimension of a plane.
import type { Labels } from "../../report/text/labels.js";
import type { Claim } from "../experiment.js";
import { book, notes, paper, sources } from "../sources.js";

/** Claims of the experiment `vc-dimension`, in the order in which they are checked. */
export const claims = {
  triangle: {
    items: ["F59", "F60", "P10"],
    claim: {
      en: "Three points in general position can be labelled in all ways.",
      zh: "一般位置的三点可按任意方式标记。",
    },
    expected: "8 / 8",
    source: notes("3.2.2.2"),
  },
  collinear: {
    items: ["F60", "P10"],
    claim: { en: "Three points on a line cannot.", zh: "共线的三点不能。" },
    expected: "6 / 8",
    source: paper(1965, "Cover"),
  },
  square: {
    items: ["F60", "F14"],
    claim: {
      en: "Four corners of a square: two labelings have no line, and both are XOR.",
      zh: "正方形四角：有两种标记没有直线，且都是 XOR。",
    },
    expected: "14 / 16, XOR",
    source: notes("3.2.2.2"),
  },
  inner: {
    items: ["F60"],
    claim: { en: "A triangle with a point inside fares no better.", zh: "三角形加一个内点同样如此。" },
    expected: "14 / 16",
    source: paper(1965, "Cover"),
  },
  space: {
    items: ["F60"],
    claim: { en: "In three dimensions four points can be labelled at will.", zh: "三维空间中四点可按任意方式标记。" },
    expected: "16 / 16",
    source: notes("3.2.2.2"),
  },
  spaceFive: {
    items: ["F60"],
    claim: {
      en: "Five points in three dimensions cannot: the dimension is N + 1.",
      zh: "三维空间中五点不能：VC 维为 N + 1。",
    },
    expected: "30 / 32",
    source: paper(1965, "Cover"),
  },
  everySet: {
    items: ["F59", "F60", "P10"],
    claim: {
      en: "The dimension of a line is 3: of all sets of points on a grid of 3 × 4, those of three can be labelled at will unless they lie on one line, and those of four never (exceptions).",
      zh: "直线的 VC 维为 3：在 3 × 4 网格上的所有点集中，三点集只要不共线就能任意标记，四点集则无一能（例外数）。",
    },
    expected: "0 / 715",
    source: sources(notes("3.2.2.2"), { en: "Radon's theorem", zh: "Radon 定理" }),
  },
  random: {
    items: ["F60"],
    claim: {
      en: "n points drawn at random have exactly as many labelings as Cover's formula 2 Σ C(n - 1, k), k <= d, says: n = d to d + 3 in d = 1 to 4 dimensions.",
      zh: "随机抽取的 n 个点可实现的标记数恰为 Cover 公式 2 Σ C(n - 1, k)，k <= d：维数 d = 1 至 4，n = d 至 d + 3。",
    },
    expected: "16 / 16",
    source: paper(1965, "Cover"),
  },
  bound: {
    items: ["F61"],
    claim: {
      en: "The gap between test and training error stays below the bound sqrt((VC - ln δ) / n), δ = 0.05 (largest gap / bound over all n).",
      zh: "测试误差与训练误差之差低于理论界 sqrt((VC - ln δ) / n)，δ = 0.05（各 n 中差距与界之比的最大值）。",
    },
    expected: "<= 1",
    source: book("generalization-classification", { edition: "en" }),
  },
  loose: {
    items: ["F61"],
    claim: {
      en: "The bound is loose: at 1000 samples it is more than twice the gap (bound / gap).",
      zh: "理论界很松：1000 个样本时超过差距的两倍（界与差距之比）。",
    },
    expected: "> 2",
    source: notes("3.2.2.2"),
  },
  rate: {
    items: ["F61"],
    claim: {
      en: "Both fall as 1 / √n: the slope of the measured gap on logarithmic axes.",
      zh: "二者都以 1 / √n 下降：实测差距在对数坐标上的斜率。",
    },
    expected: "-0.5 ± 0.15",
    source: book("generalization-classification", { edition: "en" }),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  boundAt1000: { en: "bound at 1000 samples", zh: "1000 个样本时的界" },
  gapAt1000: { en: "gap at 1000 samples", zh: "1000 个样本时的差距" },
} satisfies Labels;
