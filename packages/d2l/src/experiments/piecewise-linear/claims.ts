// What the notes ask about networks of ReLU units, and what is known of their pieces.
import type { Labels } from "../../report/text/labels.js";
import { below } from "../bounds.js";
import { everySeed, largestDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, notes, paper, sources } from "../sources.js";

const exercise = sources(notes("3.1.2.6"), book("mlp", { exercise: 2 }));

/** What the numbers may be away from what is expected. */
export const limits = {
  bend: 1e-8,
  jump: 1e-6,
  corner: 0.01,
  smooth: 1e-3,
  distance: 1e-9,
  spread: 1e-12,
} as const;

export const claims = {
  straight: {
    items: ["F32"],
    claim: {
      en: "Between two breakpoints the slope is constant: for ReLU and for pReLU.",
      zh: "两个折点之间斜率不变：ReLU 与 pReLU 皆然。",
    },
    expected: {
      en: `largest difference of slopes ${below(limits.bend).text}`,
      zh: `斜率的最大差 ${below(limits.bend).text}`,
    },
    source: exercise,
  },
  continuous: {
    items: ["F32"],
    claim: { en: "At a breakpoint the pieces meet.", zh: "各段在折点处相接。" },
    expected: {
      en: `largest jump ${below(limits.jump).text} across 1.2e-8`,
      zh: `跨过 1.2e-8 的最大跳跃 ${below(limits.jump).text}`,
    },
    source: exercise,
  },
  corners: {
    items: ["F32"],
    claim: {
      en: "At breakpoints the slope jumps; with tanh it changes everywhere and jumps nowhere.",
      zh: "斜率在折点处跳变；使用 tanh 时，斜率处处变化，却无处跳变。",
    },
    expected: everySeed({
      en: `largest corner > ${limits.corner}; tanh: ${below(limits.smooth).text}, slope varies by > ${limits.corner}`,
      zh: `最大拐角 > ${limits.corner}；tanh：${below(limits.smooth).text}，斜率变化 > ${limits.corner}`,
    }),
    source: exercise,
  },
  fewBreakpoints: {
    items: ["F32"],
    claim: {
      en: "One hidden layer of m units has at most m breakpoints.",
      zh: "含 m 个单元的单隐藏层至多有 m 个折点。",
    },
    expected: everySeed({
      en: `<= m; each is -b / w of a unit, ${below(limits.distance).text} away`,
      zh: `<= m；每个折点都是某单元的 -b / w，相差 ${below(limits.distance).text}`,
    }),
    source: { en: "each unit turns on or off once", zh: "每个单元只开启或关闭一次" },
  },
  affineRegions: {
    items: ["F32"],
    claim: {
      en: "On the plane the gradient is the same wherever the same units are on.",
      zh: "在平面上，激活单元相同之处梯度相同。",
    },
    expected: largestDifference(below(limits.spread).text),
    source: exercise,
  },
  regionBound: {
    items: ["F32"],
    claim: {
      en: "m lines cut the plane into at most 1 + m + m(m - 1)/2 regions.",
      zh: "m 条直线至多把平面分成 1 + m + m(m - 1)/2 个区域。",
    },
    expected: everySeed("<= 1 + m + m(m - 1)/2"),
    source: paper(1975, "Zaslavsky"),
  },
  sawtooth: {
    items: ["F32"],
    claim: {
      en: "Depth multiplies pieces: k layers of two units can make 2^k of them.",
      zh: "深度使段数成倍增加：k 层、每层两个单元可形成 2^k 段。",
    },
    expected: "2, 4, 8, 16, 32, 64",
    source: paper(2015, "Telgarsky"),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  breakpoints: { en: "breakpoints", zh: "折点数" },
  largestBend: { en: "largest change of slope", zh: "斜率的最大变化" },
  regions: { en: "regions", zh: "区域数" },
} satisfies Labels;
