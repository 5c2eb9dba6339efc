// F32: a network of ReLU or pReLU units alone is a continuous, piecewise linear function.
import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { Panel } from "../report/figure.js";
import { figureOf } from "../visualize/panels.js";
import { defineExperiment } from "./experiment.js";
import { rangeText } from "./measured.js";
import { countPieces, examine, makeNet, type Pieces, regions, sawtooth, valuesAt } from "./piecewise-linear/pieces.js";

const notes = "notes, 3.1.2.6, exercise 1";
const LIMIT = 3;

/** Fits sin(2x) by full-batch Adam, so that the breakpoints go where they are of use. */
async function fit({ net }: Pieces, steps: number): Promise<number> {
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
  let last = Number.NaN;
  for (let i = 0; i < steps; i++) {
    const l = step();
    if (i === steps - 1) last = l.item();
    if (i % 200 === 0) await torch.utils.data.breathe();
  }
  return last;
}

/** A function of the line with its breakpoints. */
function panelOf(pieces: Pieces, title: string, points: readonly number[]): Panel {
  const x = Array.from({ length: 401 }, (_, i) => -LIMIT + (i / 400) * 2 * LIMIT);
  return {
    title,
    xlabel: "x",
    ylabel: "net(x)",
    series: [
      { x, y: x.map((v) => Math.sin(2 * v)), label: "sin 2x", format: "r:" },
      { x, y: valuesAt(pieces, x), label: "net", format: "C0-" },
    ],
    marks:
      points.length === 0
        ? []
        : [{ kind: "dots", x: points, y: valuesAt(pieces, points), color: "C1", size: 2.5, label: "breakpoints" }],
  };
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
        en: "The dots stand exactly at the corners of the curve; the network with tanh has none.",
        zh: "圆点恰好位于曲线的拐角处；使用 tanh 的网络没有拐角。",
      },
      {
        en: "With one hidden layer edges run straight through the whole plane; behind a second layer they bend at the edges of the first.",
        zh: "只有一个隐藏层时，棱是贯穿平面的直线；有第二层时，棱会在第一层的棱处弯折。",
      },
    ],
  },
  covers: [],
  claims: {
    straight: {
      items: ["F32"],
      claim: {
        en: "Between two breakpoints the slope is constant: for ReLU and for pReLU.",
        zh: "两个折点之间斜率不变：ReLU 与 pReLU 皆然。",
      },
      expected: "largest difference of slopes < 1e-8",
      source: notes,
    },
    continuous: {
      items: ["F32"],
      claim: { en: "At a breakpoint the pieces meet.", zh: "各段在折点处相接。" },
      expected: "largest jump < 1e-6 across 1.2e-8",
      source: notes,
    },
    corners: {
      items: ["F32"],
      claim: {
        en: "There are corners: at some breakpoint the slope changes; with tanh the slope changes within the interval and there are none.",
        zh: "确有拐角：某些折点处斜率改变；使用 tanh 时，斜率在区间内连续变化，没有拐角。",
      },
      expected: "turn > 0.01 with every seed; tanh bends by > 0.01",
      source: notes,
    },
    fewBreakpoints: {
      items: ["F32"],
      claim: {
        en: "One hidden layer of m units has at most m breakpoints.",
        zh: "含 m 个单元的单隐藏层至多有 m 个折点。",
      },
      expected: "<= hidden with every seed; each is -b / w of a unit within 1e-9",
      source: "each unit turns on or off once",
    },
    affineRegions: {
      items: ["F32"],
      claim: {
        en: "On the plane the gradient is the same wherever the same units are on.",
        zh: "在平面上，激活单元相同之处梯度相同。",
      },
      expected: "largest difference < 1e-12",
      source: notes,
    },
    regionBound: {
      items: ["F32"],
      claim: {
        en: "m lines cut the plane into at most 1 + m + m(m - 1)/2 regions.",
        zh: "m 条直线至多把平面分成 1 + m + m(m - 1)/2 个区域。",
      },
      expected: "<= 1 + m + m(m - 1)/2 with every seed",
      source: "Zaslavsky's theorem",
    },
    sawtooth: {
      items: ["F32"],
      claim: {
        en: "Depth multiplies pieces: k layers of two units can make 2^k of them.",
        zh: "深度使段数成倍增加：k 层、每层两个单元可形成 2^k 段。",
      },
      expected: "2, 4, 8, 16, 32, 64",
      source: "Telgarsky (2015)",
    },
  },
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
  async run({ report, signal, check }, { hidden, alpha, steps, seeds, seed }) {
    const kinds = [
      { name: `ReLU, 1-${hidden}-1`, activation: "relu", widths: [hidden] },
      { name: `ReLU, 1-${hidden}-${hidden}-1`, activation: "relu", widths: [hidden, hidden] },
      { name: `pReLU, 1-${hidden}-1`, activation: "prelu", widths: [hidden] },
      { name: `tanh, 1-${hidden}-1`, activation: "tanh", widths: [hidden] },
    ];
    const panels: Panel[] = [];
    const found = {
      bends: [0],
      jumps: [0],
      turns: [] as number[],
      counts: [] as number[],
      off: [0],
      tanh: [] as number[],
    };
    for (let i = 0; i < seeds; i++) {
      for (const { name, activation, widths } of kinds) {
        if (signal.aborted) return {};
        report.progress({
          label: { en: `${name}, seed ${seed + i}`, zh: `${name}，种子 ${seed + i}` },
          done: i * kinds.length + kinds.findIndex((kind) => kind.name === name),
          total: seeds * kinds.length,
        });
        torch.manualSeed(seed + i);
        const pieces = makeNet(1, widths, activation, alpha);
        await fit(pieces, steps);
        const smooth = activation === "tanh";
        const { points, bend, jump, turn } = examine(pieces, -LIMIT, LIMIT);
        if (i === 0) panels.push(panelOf(pieces, name, smooth ? [] : points));
        if (smooth) {
          found.tanh.push(bend);
          continue;
        }
        found.bends.push(bend);
        found.jumps.push(jump);
        found.turns.push(turn);
        if (widths.length === 1) {
          const [w, b] = pieces.net.parameters().map((p) => p.detach().reshape(-1).tolist() as number[]);
          found.counts.push(points.length);
          found.off.push(...points.map((x) => Math.min(...w!.map((wi, unit) => Math.abs(x + b![unit]! / wi)))));
        }
      }
    }
    const caption = {
      en: "Networks that were fitted to sin 2x, and the points where a hidden unit turns on or off.",
      zh: "拟合 sin 2x 的网络，以及隐藏单元开启或关闭的点。",
    };
    report.figure(figureOf("line", panels, { columns: 2, panelSize: [4, 2.75], caption: localize(caption) }));
    const [bend, jump, off] = [found.bends, found.jumps, found.off].map((values) => Math.max(...values));
    check("straight", bend!, bend! < 1e-8);
    check("continuous", jump!, jump! < 1e-6);
    check(
      "corners",
      `${rangeText(found.turns, 2)}; ${rangeText(found.tanh, 2)}`,
      found.turns.every((turn) => turn > 0.01) && found.tanh.every((value) => value > 0.01),
    );
    check(
      "fewBreakpoints",
      `${rangeText(found.counts, 0)}; ${off!.toExponential(0)}`,
      found.counts.every((count) => count <= hidden) && off! < 1e-9,
    );

    // The plane: networks as they start, biases spread so that the edges are within the picture.
    const maps: Panel[] = [];
    const [counts, spreads]: [number[], number[]] = [[], []];
    const m = Math.min(hidden, 12);
    const resolution = 160;
    for (let i = 0; i < seeds && !signal.aborted; i++) {
      for (const widths of [[m], [m, m]]) {
        torch.manualSeed(seed + i);
        const pieces = makeNet(2, widths, "relu", 0);
        const { numbers, count, spread } = regions(pieces, LIMIT, resolution);
        if (widths.length === 1) counts.push(count);
        spreads.push(spread);
        if (i > 0) continue;
        maps.push({
          title: `2-${widths.join("-")}-1: ${count} regions`,
          xlabel: "x1",
          ylabel: "x2",
          series: [],
          marks: [
            {
              kind: "field",
              style: "classes",
              x: [-LIMIT, LIMIT],
              y: [-LIMIT, LIMIT],
              columns: resolution,
              rows: resolution,
              values: numbers.map((number) => number % 8),
            },
          ],
        });
      }
    }
    const mapCaption = {
      en: "Each colour is a set of units that are on (eight colours, used again).",
      zh: "每种颜色代表一组激活的单元（八种颜色，循环使用）。",
    };
    report.figure(figureOf("plane", maps, { columns: 2, panelSize: [4, 3.5], caption: localize(mapCaption) }));
    const spread = Math.max(...spreads);
    check("affineRegions", spread, spread < 1e-12);
    const bound = 1 + m + (m * (m - 1)) / 2;
    check(
      "regionBound",
      `${rangeText(counts, 0)} <= ${bound}`,
      counts.every((count) => count <= bound),
    );

    const depths = [1, 2, 3, 4, 5, 6];
    const teeth = depths.map((k) => countPieces(sawtooth(k), 0, 1));
    check(
      "sawtooth",
      teeth.join(", "),
      teeth.every((count, i) => count === 2 ** depths[i]!),
    );
    const x = Array.from({ length: 513 }, (_, i) => i / 512);
    report.figure({
      kind: "plot",
      id: "sawtooth",
      caption: localize({
        en: "The tent map after k layers of two units: 2^k pieces.",
        zh: "k 层（每层两个单元）的帐篷映射：2^k 段。",
      }),
      figsize: [5, 2.5],
      rows: 1,
      columns: 1,
      panels: [
        {
          xlabel: "x",
          ylabel: "net(x)",
          series: [1, 2, 4].map((k, i) => ({ x, y: valuesAt(sawtooth(k), x), label: `k = ${k}`, format: `C${i}-` })),
        },
      ],
    });
    return { metrics: { breakpoints: found.counts[0]!, regions: counts[0] ?? 0, largestBend: bend! } };
  },
});
