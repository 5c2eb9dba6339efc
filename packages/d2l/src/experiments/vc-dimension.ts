// F59 to F61: the VC dimension of the perceptron, found by trying every labeling.
import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { Panel } from "../report/figure.js";
import { figureOf } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { countSeparable, coverCount, labelings, type Point, separate } from "./vc-dimension/separability.js";

const triangle: readonly Point[] = [
  [-3, -2],
  [3, -2],
  [0, 4],
];
const line: readonly Point[] = [
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

/** One labeling of points in the plane, with the line that realizes it, or the point that makes it impossible. */
function labelingPanel(points: readonly Point[], labels: readonly number[]): Panel {
  const answer = separate(points, labels);
  const of = (label: number) => points.filter((_, i) => labels[i] === label);
  const dots = (label: number, color: string) => ({
    kind: "dots" as const,
    x: of(label).map((p) => p[0]!),
    y: of(label).map((p) => p[1]!),
    size: 5,
    color,
    hollow: label < 0,
  });
  const [low, high] = [Math.min(...points.flat()) - 1.5, Math.max(...points.flat()) + 1.5];
  const title = labels.map((label) => (label > 0 ? "+" : "−")).join(" ");
  const panel = { title, xlim: [low, high], ylim: [low, high], xticks: [], yticks: [] } as const;
  const marks = [dots(1, "C0"), dots(-1, "C1")];
  if (!answer.separable) {
    const [x, y] = answer.common;
    return {
      ...panel,
      title: `${title}: no line`,
      series: [],
      marks: [...marks, { kind: "texts", x: [x!], y: [y!], texts: ["×"] }],
    };
  }
  const [w1, w2] = answer.w;
  // All labels alike: the plane is all one side, and any line that passes them by will do.
  if (w1 === 0 && w2 === 0) return { ...panel, series: [], marks };
  // The line w1 x + w2 y + b = 0: its point nearest to 0, and a long way in both directions.
  const norm = w1! ** 2 + w2! ** 2;
  const [px, py] = [(-answer.b * w1!) / norm, (-answer.b * w2!) / norm];
  const far = 3 * (high - low);
  const step = far / Math.sqrt(norm);
  const ends = [-step, step];
  return {
    ...panel,
    series: [{ x: ends.map((t) => px - t * w2!), y: ends.map((t) => py + t * w1!), format: "k-" }],
    marks,
  };
}

/** The difference of test and training error of a line that was fitted to n noisy points. */
function gapOf(n: number): number {
  const draw = (count: number) => {
    const X = torch.randn(count, 2);
    const clean = X.select(1, 0).add(X.select(1, 1)).gt(0);
    // A tenth of the labels is wrong: no line can be right everywhere.
    const y = clean.ne(torch.rand(count).lt(0.1)).to(torch.float32);
    return { X, y };
  };
  const train = draw(n);
  const test = draw(5000);
  const net = new nn.Linear(2, 1);
  const loss = new nn.BCEWithLogitsLoss();
  const optimizer = new torch.optim.LBFGS(net.parameters(), { maxIter: 50 });
  optimizer.step(() => {
    optimizer.zeroGrad();
    const l = loss(net(train.X).reshape(-1), train.y);
    l.backward();
    return l;
  });
  const error = ({ X, y }: typeof train) =>
    torch.noGrad(() => net(X).reshape(-1).gt(0).to(torch.float32).ne(y).to(torch.float32).mean().item());
  return error(test) - error(train);
}

/** `torchlet run vc-dimension` */
export const vcDimension = defineExperiment({
  id: "vc-dimension",
  section: "3.2.2.2",
  title: { en: "The VC dimension of a line", zh: "直线的 VC 维" },
  summary: {
    en: "how many points can a line label at will? every labeling is tried",
    zh: "一条直线最多能任意划分几个点？逐一尝试每种标签",
  },
  explain: {
    shows: {
      en: "The VC dimension is the size of the largest set of points that a family of models can label in every way. For lines it is found by trying all labelings of 3, 4 and 5 points: a line is shown where there is one, and where there is none a point that both classes surround.",
      zh: "VC 维是某类模型能以任意方式划分的最大点集的大小。这里通过尝试 3、4、5 个点的所有标签求出直线的 VC 维：能划分时画出直线，不能时给出同时被两类包围的点。",
    },
    lookFor: [
      {
        en: "All 8 labelings of a triangle have a line; of 4 points, two have none: they are XOR.",
        zh: "三角形的 8 种标签都有直线；4 个点时有两种没有，即 XOR。",
      },
      {
        en: "Three points on a line cannot be labelled at will: the dimension speaks of some set, not of every one.",
        zh: "共线的三点不能任意划分：VC 维说的是存在某个点集，而非所有点集。",
      },
      {
        en: "The bound lies far above the gap that is measured: that is why it is hardly used for networks.",
        zh: "理论界远高于实测的差距：这就是它很少用于神经网络的原因。",
      },
    ],
  },
  covers: ["F59"],
  corrections: ["P10"],
  claims: {
    triangle: {
      items: ["F59", "F60", "P10"],
      claim: {
        en: "Three points in general position can be labelled in all ways.",
        zh: "一般位置的三点可被任意划分。",
      },
      expected: "8 of 8",
      source: "notes 3.2.2.2",
    },
    collinear: {
      items: ["F60", "P10"],
      claim: { en: "Three points on a line cannot.", zh: "共线的三点不能。" },
      expected: "6 of 8",
      source: "Cover 1965",
    },
    square: {
      items: ["F60", "F14"],
      claim: {
        en: "Four corners of a square: two labelings have no line, and both are XOR.",
        zh: "正方形四角：有两种标签没有直线，且都是 XOR。",
      },
      expected: "14 of 16, XOR",
      source: "notes 3.2.2.2",
    },
    inner: {
      items: ["F60"],
      claim: { en: "A triangle with a point inside fares no better.", zh: "三角形加一个内点同样如此。" },
      expected: "14 of 16",
      source: "Cover 1965",
    },
    space: {
      items: ["F60"],
      claim: { en: "In three dimensions four points can be labelled at will.", zh: "三维空间中四点可被任意划分。" },
      expected: "16 of 16",
      source: "notes 3.2.2.2: N + 1",
    },
    spaceFive: {
      items: ["F60"],
      claim: {
        en: "Five points in three dimensions cannot: the dimension is N + 1.",
        zh: "三维空间中五点不能：VC 维为 N + 1。",
      },
      expected: "30 of 32",
      source: "Cover 1965",
    },
    random: {
      items: ["F60"],
      claim: {
        en: "Points drawn at random have exactly as many labelings as Cover's formula says, in 1 to 4 dimensions.",
        zh: "随机点在 1 至 4 维中可实现的标签数恰为 Cover 公式所给。",
      },
      expected: "2 Σ C(n - 1, k), k <= d",
      source: "Cover 1965",
    },
    bound: {
      items: ["F61"],
      claim: {
        en: "The gap between test and training error stays below the bound.",
        zh: "测试误差与训练误差之差低于理论界。",
      },
      expected: "gap <= sqrt((VC - ln δ) / n)",
      source: "d2l-en, generalization-classification",
    },
    loose: {
      items: ["F61"],
      claim: {
        en: "The bound is loose: at 1000 samples more than twice the gap.",
        zh: "理论界很松：1000 个样本时超过差距的两倍。",
      },
      expected: "> 2",
      source: "notes 3.2.2.2",
    },
  },
  options: {
    repeats: {
      type: "integer",
      default: 40,
      min: 5,
      max: 1000,
      help: { en: "trainings for each number of samples", zh: "每种样本数的训练次数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { repeats: 10 },
  async run({ report, signal, check }, { repeats, seed }) {
    torch.manualSeed(seed);
    const panels = labelings(3).map((labels) => labelingPanel(triangle, labels));
    report.figure(
      figureOf("shattering", panels, {
        columns: 4,
        panelSize: [1.8, 1.8],
        caption: localize({
          en: "All 8 labelings of three points, each with a line that realizes it",
          zh: "三个点的全部 8 种标签，各有一条直线实现",
        }),
      }),
    );
    const impossible = labelings(4).filter((labels) => !separate(square, labels).separable);
    report.figure(
      figureOf(
        "xor",
        impossible.map((labels) => labelingPanel(square, labels)),
        {
          panelSize: [2.2, 2.2],
          caption: localize({
            en: "The two labelings of a square that no line realizes",
            zh: "正方形四角中没有直线能实现的两种标签",
          }),
        },
      ),
    );
    const sets = {
      triangle,
      collinear: line,
      square,
      inner,
      space: simplex,
      spaceFive: [...simplex, [2, 3, 4]] as Point[],
    };
    const counts = Object.entries(sets).map(
      ([name, points]) => [name, countSeparable(points), 2 ** points.length] as const,
    );
    const count = Object.fromEntries(counts.map(([name, realized]) => [name, realized]));
    report.table({
      caption: { en: "Labelings that a plane realizes", zh: "超平面能实现的标签数" },
      columns: [
        { en: "points", zh: "点集" },
        { en: "realized", zh: "可实现" },
        { en: "all", zh: "全部" },
      ],
      rows: counts.map((row) => [...row]),
    });
    check("triangle", `${count["triangle"]} of 8`, count["triangle"] === 8);
    check("collinear", `${count["collinear"]} of 8`, count["collinear"] === 6);
    const isXor = impossible.every(
      (labels) => labels[0] === labels[3] && labels[1] === labels[2] && labels[0] !== labels[1],
    );
    check("square", `${count["square"]} of 16${isXor ? ", XOR" : ""}`, count["square"] === 14 && isXor);
    check("inner", `${count["inner"]} of 16`, count["inner"] === 14);
    check("space", `${count["space"]} of 16`, count["space"] === 16);
    check("spaceFive", `${count["spaceFive"]} of 32`, count["spaceFive"] === 30);

    const cases = [1, 2, 3, 4].flatMap((d) => [d, d + 1, d + 2, d + 3].map((n) => ({ n, d })));
    const right = cases.filter(
      ({ n, d }) => countSeparable(torch.randn(n, d).tolist() as number[][]) === coverCount(n, d),
    );
    check("random", `${right.length} of ${cases.length}`, right.length === cases.length);

    const sizes = [30, 100, 300, 1000, 3000];
    const delta = 0.05;
    const bound = sizes.map((n) => Math.sqrt((3 - Math.log(delta)) / n));
    const gaps: number[] = [];
    for (const n of sizes) {
      if (signal.aborted) return {};
      const measured = Array.from({ length: repeats }, () => gapOf(n)).sort((a, b) => a - b);
      // With probability 1 - δ the gap is below the bound: the 95th percentile is held against it.
      gaps.push(measured[Math.floor((1 - delta) * (repeats - 1))]!);
      await torch.utils.data.breathe();
    }
    report.figure({
      kind: "plot",
      id: "bound",
      caption: localize({
        en: "Bound from the VC dimension, and the gap that is measured",
        zh: "VC 维给出的界与实测差距",
      }),
      figsize: [4.5, 3],
      rows: 1,
      columns: 1,
      panels: [
        {
          xlabel: "training samples",
          ylabel: "test error - training error",
          xscale: "log",
          yscale: "log",
          series: [
            { x: sizes, y: bound, label: "bound, VC = 3, δ = 0.05", format: "m--" },
            { x: sizes, y: gaps, label: "measured, 95th percentile", format: "-" },
          ],
        },
      ],
    });
    check(
      "bound",
      gaps.map((gap) => gap.toFixed(3)).join(", "),
      gaps.every((gap, i) => gap <= bound[i]!),
    );
    const ratio = bound[3]! / gaps[3]!;
    check("loose", ratio, ratio > 2);
    report.text({
      en: "For networks the dimension grows as N log N with the number N of weights: some 3.6 million for the 203,530 weights of the chapter's network, more than there are pictures to learn from. It still learns.",
      zh: "对神经网络，VC 维随权重数 N 以 N log N 增长：本章网络的 203,530 个权重约为 360 万，远多于可供学习的图片，但它仍能学好。",
    });
    return { metrics: { boundAt1000: bound[3]!, gapAt1000: gaps[3]! } };
  },
});
