// F32: a network of ReLU or pReLU units alone is a continuous, piecewise linear function.
import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { Panel } from "../report/figure.js";
import { figureOf } from "../visualize/panels.js";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { rangeText } from "./measured.js";
import { claims, labels, limits } from "./piecewise-linear/claims.js";
import { curvePanel, drawSawtooth, mapPanel } from "./piecewise-linear/figures.js";
import { countPieces, examine, makeNet, type Pieces, regions, sawtooth } from "./piecewise-linear/pieces.js";

type Context = ExperimentContext<keyof typeof claims>;

/** Networks are looked at from -LIMIT to LIMIT. */
const LIMIT = 3;

/** Fits sin(2x) by full-batch Adam, so that the breakpoints go where they are of use. */
async function fit({ net }: Pieces, steps: number): Promise<void> {
  const X = torch.linspace(-LIMIT, LIMIT, 200, { dtype: torch.float64 }).reshape(-1, 1);
  const y = torch.sin(X.mul(2));
  const loss = new nn.MSELoss();
  const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.02 });
  const step = torch.compile(() => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l.detach();
  });
  for (let i = 0; i < steps; i++) {
    step();
    if (i % 200 === 0) await torch.utils.data.breathe();
  }
  step.dispose();
}

/** Networks on the line: straight between their breakpoints, with corners there, and nowhere a jump. */
async function onTheLine(
  { report, signal, check }: Context,
  { hidden, alpha, steps, seeds, seed }: { hidden: number; alpha: number; steps: number; seeds: number; seed: number },
) {
  const kinds = [
    { name: `ReLU, 1-${hidden}-1`, activation: "relu", widths: [hidden] },
    { name: `ReLU, 1-${hidden}-${hidden}-1`, activation: "relu", widths: [hidden, hidden] },
    { name: `pReLU, 1-${hidden}-1`, activation: "prelu", widths: [hidden] },
    { name: `tanh, 1-${hidden}-1`, activation: "tanh", widths: [hidden] },
  ];
  const panels: Panel[] = [];
  const [bends, jumps, corners, counts, distances]: [number[], number[], number[], number[], number[]] = [
    [0],
    [0],
    [],
    [],
    [0],
  ];
  const tanh: { readonly bend: number; readonly corner: number }[] = [];
  for (let i = 0; i < seeds; i++) {
    for (const [k, { name, activation, widths }] of kinds.entries()) {
      const label = { en: `${name}, seed ${seed + i}`, zh: `${name}，种子 ${seed + i}` };
      report.progress({ label, done: i * kinds.length + k, total: seeds * kinds.length });
      torch.manualSeed(seed + i);
      const pieces = makeNet(1, widths, activation, alpha);
      await fit(pieces, steps);
      if (signal.aborted) return undefined;
      const { points, bend, jump, corner } = examine(pieces, -LIMIT, LIMIT);
      const isTanh = activation === "tanh";
      if (i === 0) panels.push(curvePanel(pieces, name, { points, limit: LIMIT, smooth: isTanh }));
      if (isTanh) {
        tanh.push({ bend, corner });
        continue;
      }
      bends.push(bend);
      jumps.push(jump);
      corners.push(corner);
      if (widths.length === 1) {
        // The unit with weight w and bias b turns on or off where wx + b = 0.
        const [w, b] = pieces.net.parameters().map((p) => p.detach().reshape(-1).tolist() as number[]);
        const turningPoints = w!.map((wi, unit) => -b![unit]! / wi);
        counts.push(points.length);
        distances.push(...points.map((x) => Math.min(...turningPoints.map((at) => Math.abs(x - at)))));
      }
    }
  }
  const caption = {
    en: "Networks that were fitted to sin 2x, and the points where a hidden unit turns on or off",
    zh: "拟合 sin 2x 的网络，以及隐藏单元开启或关闭的点",
  };
  report.figure(figureOf("line", panels, { columns: 2, panelSize: [4, 2.75], caption: localize(caption) }));

  const [bend, jump, distance] = [bends, jumps, distances].map((values) => Math.max(...values)) as [
    number,
    number,
    number,
  ];
  check("straight", bend, bend < limits.bend);
  check("continuous", jump, jump < limits.jump);
  const smooth = [tanh.map((one) => one.corner), tanh.map((one) => one.bend)] as const;
  const smoothest = Math.max(...smooth[0]).toExponential(0);
  check(
    "corners",
    {
      en: `${rangeText(corners, 2)}; tanh: ${smoothest}, ${rangeText(smooth[1], 2)}`,
      zh: `${rangeText(corners, 2)}；tanh：${smoothest}，${rangeText(smooth[1], 2)}`,
    },
    corners.every((corner) => corner > limits.corner) &&
      tanh.every(({ corner, bend }) => corner < limits.smooth && bend > limits.corner),
  );
  check(
    "fewBreakpoints",
    `${rangeText(counts, 0)} <= ${hidden}; ${distance.toExponential(0)}`,
    counts.every((count) => count <= hidden) && distance < limits.distance,
  );
  return { breakpoints: counts[0]!, largestBend: bend };
}

/** Networks on the plane as they start: the regions of one activation pattern, and the gradient within each. */
async function onThePlane({ report, signal, check }: Context, m: number, seeds: number, seed: number) {
  const maps: Panel[] = [];
  const [counts, spreads]: [number[], number[]] = [[], []];
  for (let i = 0; i < seeds; i++) {
    for (const widths of [[m], [m, m]]) {
      torch.manualSeed(seed + i);
      const pieces = makeNet(2, widths, "relu", 0);
      const { numbers, count, spread } = regions(pieces, LIMIT, 160);
      if (widths.length === 1) counts.push(count);
      spreads.push(spread);
      if (i === 0) maps.push(mapPanel(widths, numbers, count, LIMIT));
      await torch.utils.data.breathe();
      if (signal.aborted) return undefined;
    }
  }
  const caption = {
    en: "Regions of the plane where the same units are on: straight edges with one hidden layer, bent ones with two",
    zh: "激活单元相同的平面区域：一个隐藏层时边界是直线，两个隐藏层时边界会弯折",
  };
  report.figure(figureOf("plane", maps, { columns: 2, panelSize: [4, 3.5], caption: localize(caption) }));
  const spread = Math.max(...spreads);
  check("affineRegions", spread, spread < limits.spread);
  const bound = 1 + m + (m * (m - 1)) / 2;
  check(
    "regionBound",
    `${rangeText(counts, 0)} <= ${bound}`,
    counts.every((count) => count <= bound),
  );
  return { regions: counts[0]! };
}

/** `torchlet run piecewise-linear` */
export const piecewiseLinear = defineExperiment({
  id: "piecewise-linear",
  section: "3.1.2.6",
  title: { en: "ReLU networks are piecewise linear", zh: "ReLU 网络是分段线性函数" },
  summary: {
    en: "breakpoints of a network on the line, regions of one on the plane, and what depth adds",
    zh: "直线上网络的折点、平面上网络的区域，以及深度的作用",
  },
  explain: {
    shows: {
      en: "With ReLU or pReLU between the layers a network is made of straight pieces that meet: on the line between breakpoints, on the plane between edges. Each piece belongs to a set of units that are on.",
      zh: "各层之间使用 ReLU 或 pReLU 时，网络由首尾相接的直线段（平面片）组成：直线上以折点为界，平面上以棱为界。每一片对应一组处于激活状态的单元。",
    },
    lookFor: [
      {
        en: "The dots stand exactly at the corners of the curve; with tanh the curve is smooth there.",
        zh: "圆点恰好位于曲线的拐角处；使用 tanh 时，曲线在这些点是光滑的。",
      },
      {
        en: "With one hidden layer edges run straight through the whole plane; behind a second layer they bend at the edges of the first.",
        zh: "只有一个隐藏层时，棱是贯穿平面的直线；有第二层时，棱会在第一层的棱处弯折。",
      },
    ],
  },
  covers: [],
  claims,
  labels,
  quick: { seeds: 2, steps: 300 },
  options: {
    hidden: {
      type: "integer",
      default: 16,
      min: 2,
      max: 128,
      help: { en: "units of a hidden layer", zh: "隐藏层单元数" },
    },
    alpha: { type: "number", default: 0.25, min: 0, max: 0.99, help: { en: "slope of pReLU", zh: "pReLU 的斜率" } },
    steps: {
      type: "integer",
      default: 1500,
      min: 0,
      max: 100_000,
      help: { en: "steps of fitting sin(2x)", zh: "拟合 sin(2x) 的步数" },
    },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "networks of each kind", zh: "每种网络的个数" },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  async run(context, options) {
    const line = await onTheLine(context, options);
    if (line === undefined) return {};
    const plane = await onThePlane(context, Math.min(options.hidden, 12), options.seeds, options.seed);
    if (plane === undefined) return { metrics: line };

    // Depth: every further layer folds the interval once more.
    const depths = [1, 2, 3, 4, 5, 6];
    const teeth = depths.map((k) => countPieces(sawtooth(k), 0, 1)).join(", ");
    context.check("sawtooth", teeth, teeth === claims.sawtooth.expected);
    drawSawtooth(context.report);
    return { metrics: { ...line, ...plane } };
  },
});
