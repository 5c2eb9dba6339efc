// F59 to F61: the VC dimension of the perceptron, found by trying every labeling.
import * as torch from "torchlet";
import { defineExperiment } from "./experiment.js";
import { measureGaps, slopeOf } from "./vc-dimension/bound.js";
import { claims, labels } from "./vc-dimension/claims.js";
import { boundFigure, shattering, withoutLine } from "./vc-dimension/figures.js";
import {
  countSeparable,
  coverCount,
  labelings,
  onOneLine,
  type Point,
  separate,
  subsetsOf,
} from "./vc-dimension/separability.js";

const triangle: readonly Point[] = [
  [-3, -2],
  [3, -2],
  [0, 4],
];
const collinear: readonly Point[] = [
  [0, 0],
  [1, 1],
  [2, 2],
];
const square: readonly Point[] = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
];
const inner: readonly Point[] = [...triangle, [0, 0]];
const simplex: readonly Point[] = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** The sets in the table, as it names them. */
const setNames = {
  triangle: { en: "triangle", zh: "三角形" },
  collinear: { en: "three on a line", zh: "共线三点" },
  square: { en: "square", zh: "正方形" },
  inner: { en: "triangle with a point inside", zh: "三角形加一个内点" },
  space: { en: "four in space", zh: "空间四点" },
  spaceFive: { en: "five in space", zh: "空间五点" },
} as const;

/** `torchlet run vc-dimension` */
export const vcDimension = defineExperiment({
  id: "vc-dimension",
  section: "3.2.2.2",
  title: { en: "The VC dimension of a line", zh: "直线的 VC 维" },
  summary: {
    en: "how many points can a line label at will? every labeling is tried",
    zh: "一条直线最多能任意标记几个点？逐一尝试每种标记",
  },
  explain: {
    shows: {
      en: "The VC dimension is the size of the largest set of points that a family of models can label in every way. For lines it is found by trying all labelings of 3, 4 and 5 points: a line is shown where there is one, and where there is none a point that both classes surround.",
      zh: "VC 维是某类模型能以任意方式标记的最大点集的大小。这里通过尝试 3、4、5 个点的所有标记求出直线的 VC 维：能实现时画出直线，不能时给出同时被两类包围的点。",
    },
    lookFor: [
      {
        en: "All 8 labelings of a triangle have a line; of 4 points, two have none: they are XOR.",
        zh: "三角形的 8 种标记都有直线；4 个点时有两种没有，即 XOR。",
      },
      {
        en: "Three points on a line cannot be labelled at will: the dimension speaks of some set, not of every one.",
        zh: "共线的三点不能任意标记：VC 维说的是存在某个点集，而非所有点集。",
      },
      {
        en: "The bound lies far above the gap that is measured: that is why it is hardly used for networks.",
        zh: "理论界远高于实测的差距：这就是它很少用于神经网络的原因。",
      },
    ],
  },
  covers: ["F59"],
  corrections: ["P10"],
  claims,
  labels,
  options: {
    repeats: {
      type: "integer",
      default: 200,
      min: 5,
      max: 1000,
      help: { en: "trainings for each number of samples", zh: "每种样本数的训练次数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { repeats: 40 },
  async run({ report, signal, check }, { repeats, seed }) {
    torch.manualSeed(seed);
    shattering(report, triangle);
    const impossible = labelings(4).filter((labels) => !separate(square, labels).separable);
    withoutLine(report, square, impossible);

    const sets = { triangle, collinear, square, inner, space: simplex, spaceFive: [...simplex, [2, 3, 4]] };
    const counts = Object.entries(sets).map(([name, points]) => {
      return { name: name as keyof typeof sets, realized: countSeparable(points), all: 2 ** points.length };
    });
    report.table({
      caption: { en: "Labelings that a line or a plane realizes", zh: "直线或平面能实现的标记数" },
      columns: [
        { en: "points", zh: "点集" },
        { en: "realized", zh: "可实现" },
        { en: "all", zh: "全部" },
      ],
      rows: counts.map(({ name, realized, all }) => [setNames[name], realized, all]),
    });
    const isXor = impossible.every(([a, b, c, d]) => a === d && b === c && a !== b);
    const expected = { triangle: 8, collinear: 6, square: 14, inner: 14, space: 16, spaceFive: 30 };
    for (const { name, realized, all } of counts) {
      const text = `${realized} / ${all}`;
      if (name === "square") check(name, isXor ? `${text}, XOR` : text, realized === expected[name] && isXor);
      else check(name, text, realized === expected[name]);
    }

    // Some set of three can be labelled at will, and no set of four: that is what a dimension of 3 says.
    const grid = [0, 1, 2].flatMap((x) => [0, 1, 2, 3].map((y) => [x, y]));
    const [threes, fours] = [[...subsetsOf(grid, 3)], [...subsetsOf(grid, 4)]];
    const exceptions =
      threes.filter((points) => (countSeparable(points) === 8) === onOneLine(points)).length +
      fours.filter((points) => countSeparable(points) === 16).length;
    check("everySet", `${exceptions} / ${threes.length + fours.length}`, exceptions === 0);

    const cases = [1, 2, 3, 4].flatMap((d) => [d, d + 1, d + 2, d + 3].map((n) => ({ n, d })));
    const right = cases.filter(
      ({ n, d }) => countSeparable(torch.randn(n, d).tolist() as number[][]) === coverCount(n, d),
    );
    check("random", `${right.length} / ${cases.length}`, right.length === cases.length);

    const measured = await measureGaps([30, 100, 300, 1000, 3000], repeats, signal);
    if (signal.aborted) return {};
    boundFigure(report, measured);
    const largest = Math.max(...measured.map(({ gap, bound }) => gap / bound));
    check("bound", largest, largest <= 1);
    const at1000 = measured.find(({ n }) => n === 1000)!;
    const ratio = at1000.bound / at1000.gap;
    check("loose", ratio, ratio > 2);
    const slope = slopeOf(measured);
    // Of a few trainings the 95th percentile is the worst, and says more about chance.
    if (repeats >= 200) check("rate", slope, Math.abs(slope + 0.5) <= 0.15);
    report.text({
      en: "For networks the dimension grows as N log N with the number N of weights: some 3.6 million for the 203,530 weights of the chapter's network, sixty times as many as there are pictures to learn from. It still learns. And the number of parameters is no measure of it: sign(sin(αx)) has one and labels any number of points at will.",
      zh: "对神经网络，VC 维随权重数 N 以 N log N 增长：本章网络的 203,530 个权重约为 360 万，是可供学习的图片数的六十倍，但它仍能学好。参数个数也不能衡量 VC 维：sign(sin(αx)) 只有一个参数，却能任意标记任意多个点。",
    });
    return { metrics: { boundAt1000: at1000.bound, gapAt1000: at1000.gap } };
  },
});
