// F112, F114 to F119: what keeps variance the same from layer to layer, and what fifty layers make of a signal where it is not.

import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Panel } from "../report/figure.js";
import { plot } from "../toolkit/plot.js";
import { figureOf, histogram } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { median } from "./measured.js";
import { claims } from "./variance/claims.js";
import { drawnWeights, oneLayer } from "./variance/conditions.js";
import {
  type Activation,
  activations,
  deepNet,
  type Ends,
  type Initializer,
  initializers,
  recorded,
  throughLayers,
} from "./variance/layers.js";
import { adjustedSigmoid, at, order, remainders } from "./variance/near-zero.js";

const activationNames = Object.keys(activations) as Activation[];
const initializerNames = Object.keys(initializers) as Initializer[];

const formats = ["-", "m--", "g-.", "r:", "C4-"];

/** The numbers of PyTorch 2.13 at width 256, batch 256, 50 layers; null stands for what is below 1e-30. */
const reference: Record<Initializer, readonly (readonly [number | null, number | null])[]> = {
  "std 0.01": [
    [null, null],
    [null, null],
    [null, null],
    [0.02, null],
    [null, null],
  ],
  "std 1": [
    [Number.NaN, Number.NaN],
    [0.97, 2e23],
    [Number.NaN, Number.NaN],
    [0.46, 4.6e4],
    [1.95, 3.6e23],
  ],
  Xavier: [
    [0.95, 0.97],
    [0.099, 0.12],
    [1.4e-8, 2.4e-8],
    [0.125, null],
    [0.19, 0.21],
  ],
  He: [
    [3e7, 3e7],
    [0.55, 8.7],
    [0.47, 0.8],
    [0.17, 1e-25],
    [1.1, 13.6],
  ],
  "torch default": [
    [1e-12, 1e-12],
    [9e-13, 9e-13],
    [2e-20, 4e-20],
    [0.074, null],
    [null, 1e-12],
  ],
};

/** By what factor a number is off: 1 where it is right, infinite where one is NaN and the other is not. */
function factorOff(measured: number, expected: number | null): number {
  if (expected === null) return measured < 1e-30 ? 1 : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expected) || Number.isNaN(measured)) {
    return Number.isNaN(expected) && Number.isNaN(measured) ? 1 : Number.POSITIVE_INFINITY;
  }
  return Math.max(measured / expected, expected / measured);
}

const short = (x: number) =>
  x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e3) ? x.toExponential(1) : x.toPrecision(2);

/** `torchlet run variance` */
export const variance = defineExperiment({
  id: "variance",
  section: "3.6.2.3",
  title: { en: "Variance through fifty layers", zh: "五十层中的方差" },
  summary: {
    en: "conditions on initial weights, Xavier, He, and which activations they keep alive",
    zh: "初始权重的条件、Xavier 与 He，以及它们适用的激活函数",
  },
  explain: {
    shows: {
      en: "A signal passes forward through 50 layers and a gradient passes back. Each layer multiplies their variances by a number that depends on the initial weights and on the activation; only where it is 1 in both directions does anything arrive.",
      zh: "信号向前通过 50 层，梯度反向返回。每一层都把方差乘以一个取决于初始权重与激活函数的数；只有两个方向上该数都为 1 时，才有东西能到达另一端。",
    },
    lookFor: [
      {
        en: "Straight lines on the logarithmic scale: the factor of a layer is the same at every depth.",
        zh: "对数坐标上的直线：每一层的倍数在各深度都相同。",
      },
      {
        en: "Xavier keeps linear layers, tanh and 4 sigmoid - 2 alive; He keeps ReLU; nothing keeps the plain sigmoid, whose slope is at most 1/4.",
        zh: "Xavier 使线性层、tanh 与 4 sigmoid - 2 保持活力；He 适用于 ReLU；而斜率至多为 1/4 的普通 sigmoid 无法挽救。",
      },
      {
        en: "Near 0 tanh, ReLU (to the right) and 4 sigmoid - 2 follow the diagonal; the sigmoid has slope 1/4 and does not pass through 0.",
        zh: "在 0 附近 tanh、ReLU（右侧）与 4 sigmoid - 2 都贴近对角线；sigmoid 的斜率为 1/4，且不过原点。",
      },
    ],
  },
  covers: ["F112", "F118"],
  corrections: ["P8", "P11"],
  claims,
  options: {
    depth: { type: "integer", default: 50, min: 2, max: 500, help: { en: "layers", zh: "层数" } },
    width: { type: "integer", default: 256, min: 8, max: 2048, help: { en: "units a layer", zh: "每层的单元数" } },
    batch: { type: "integer", default: 256, min: 8, max: 4096, help: { en: "samples", zh: "样本数" } },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1 },
  async run({ report, signal, check }, { depth, width, batch, seeds, seed }) {
    // Near 0.
    const x = torch.arange(-2, 2, 0.02);
    const curves = ["sigmoid", "4 sigmoid - 2", "tanh", "relu"] as const;
    const small = torch.logspace(-2, 0, 41, { dtype: torch.float64 });
    const values = curves.map((name) => activations[name](x));
    const near = plot(x, values, "x", "activation", { legend: curves, id: "near-zero", figsize: [4.5, 3] });
    report.figure({ ...near, caption: localize({ en: "Activations near 0", zh: "0 附近的激活函数" }) });
    const left = plot(
      small,
      Object.values(remainders).map((f) => f(small)),
      "x",
      "remainder",
      {
        legend: Object.keys(remainders),
        xscale: "log",
        yscale: "log",
        id: "remainders",
        figsize: [4.5, 3],
      },
    );
    report.figure({
      ...left,
      caption: localize({
        en: "What the Taylor series up to x³ leaves: straight lines of slope 5",
        zh: "泰勒展开到 x³ 后的余项：斜率为 5 的直线",
      }),
    });
    const { sigmoid, tanh } = remainders;
    check("sigmoidRemainder", at(sigmoid, 0.5), Math.abs(at(sigmoid, 0.5) - 6.35e-5) < 1e-7);
    check("tanhRemainder", at(tanh, 0.5), Math.abs(at(tanh, 0.5) - 3.78e-3) < 1e-5);
    const orders = [order(sigmoid, 0.05, 0.1), order(tanh, 0.05, 0.1)];
    const reluLeft = torch.relu(small).sub(small).abs().max().item();
    const fifth = orders.every((value) => Math.abs(value - 5) < 0.05);
    check("order", `${orders.map((value) => value.toFixed(3)).join(", ")}; ${reluLeft}`, fifth && reluLeft === 0);
    const { difference, slope } = adjustedSigmoid();
    check("adjusted", `${short(difference)}; ${slope}`, difference < 1e-12 && slope === 1);

    // One layer: the two conditions, on drawn numbers.
    torch.manualSeed(seed);
    const within = (value: number, expected: number, share: number) => Math.abs(value / expected - 1) < share;
    const shapes = [
      [400, 100],
      [100, 400],
      [250, 250],
    ] as const;
    const gammas = [0.01, 1 / 250, 0.5];
    const layers = shapes.flatMap(([numIn, numOut]) =>
      gammas.map((gamma) => ({ numIn, numOut, gamma, ...oneLayer(numIn, numOut, gamma, 1000) })),
    );
    const worst = (values: readonly number[]) => values.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a));
    const forward = worst(layers.map(({ numIn, gamma, forward }) => forward / (numIn * gamma)));
    const backward = worst(layers.map(({ numOut, gamma, backward }) => backward / (numOut * gamma)));
    check("forward", forward, within(forward, 1, 0.04));
    check("backward", backward, within(backward, 1, 0.04));
    const uneven = oneLayer(400, 100, 2 / 500, 1000);
    const even = oneLayer(250, 250, 2 / 500, 1000);
    check(
      "xavierShape",
      [uneven, even].map(({ forward, backward }) => `${forward.toFixed(3)}, ${backward.toFixed(3)}`).join("; "),
      within(uneven.forward, 1.6, 0.04) &&
        within(uneven.backward, 0.4, 0.04) &&
        within(even.forward, 1, 0.04) &&
        within(even.backward, 1, 0.04),
    );

    // Drawn weights.
    const drawn = drawnWeights([
      [600, 200],
      [200, 600],
      [400, 400],
    ]);
    report.table({
      caption: { en: "Variance of drawn weights", zh: "所抽取权重的方差" },
      columns: [
        { en: "initializer", zh: "初始化函数" },
        { en: "inputs", zh: "输入数" },
        { en: "outputs", zh: "输出数" },
        { en: "variance wanted", zh: "应有方差" },
        { en: "measured / wanted", zh: "实测 / 应有" },
      ],
      rows: drawn.map(({ name, numIn, numOut, expected, variance }) => [
        name,
        numIn,
        numOut,
        expected.toPrecision(3),
        (variance / expected).toFixed(4),
      ]),
    });
    const empirical = worst(drawn.map(({ variance, expected }) => variance / expected));
    check("empirical", empirical, within(empirical, 1, 0.02));
    const uniform = drawn.filter(({ reach }) => reach !== undefined);
    const reach = Math.min(...uniform.map(({ reach }) => reach!));
    const bounded = uniform.every(({ reach }) => reach! <= 1);
    const cube = worst(uniform.map(({ variance, expected }) => variance / expected));
    check("uniformBound", `${reach.toFixed(5)}; ${cube.toFixed(4)}`, bounded && reach > 0.999 && within(cube, 1, 0.02));
    const square = drawn.filter(({ numIn, numOut }) => numIn === numOut);
    const ofSquare = (name: string) => square.find((row) => row.name === name)!.variance;
    const doubled = ofSquare("kaimingNormal_") / ofSquare("xavierNormal_");
    check("heDoubles", doubled, within(doubled, 2, 0.02));

    // The table: each cell the medians over seeds of two standard deviations.
    const cells = new Map<string, Ends[]>();
    for (let s = 0; s < seeds; s++) {
      for (const init of initializerNames) {
        torch.manualSeed(seed + s);
        const X = torch.randn(batch, width);
        const weights = Array.from({ length: depth }, () => initializers[init](torch.empty(width, width)));
        for (const activation of activationNames) {
          const ends = throughLayers(X, weights, activations[activation]);
          const key = `${init} ${activation}`;
          cells.set(key, [...(cells.get(key) ?? []), ends]);
        }
        const done = s * initializerNames.length + initializerNames.indexOf(init) + 1;
        report.progress({
          label: { en: `seed ${s + 1} of ${seeds}, ${init}`, zh: `种子 ${s + 1}/${seeds}，${init}` },
          done,
          total: seeds * initializerNames.length,
        });
        await torch.utils.data.breathe();
        if (signal.aborted) return {};
      }
    }
    const all = (init: Initializer, activation: Activation) => cells.get(`${init} ${activation}`)!;
    const middle = (init: Initializer, activation: Activation): Ends => [
      median(all(init, activation).map(([forward]) => forward)),
      median(all(init, activation).map(([, backward]) => backward)),
    ];
    report.table({
      caption: {
        en: `Standard deviation after ${depth} layers of ${width}; that of the gradient at the input`,
        zh: `经过 ${depth} 层（每层 ${width} 个单元）后的标准差；输入处梯度的标准差`,
      },
      columns: [{ en: "initial weights", zh: "初始权重" }, ...activationNames.map((name) => ({ en: name, zh: name }))],
      rows: initializerNames.map((init) => [
        init,
        ...activationNames.map((activation) => middle(init, activation).map(short).join("; ")),
      ]),
    });
    if (depth === 50 && width === 256 && batch === 256) {
      if (seeds >= 5) {
        const off = (init: Initializer) =>
          Math.max(
            ...activationNames.flatMap((activation, i) =>
              middle(init, activation).map((value, end) => factorOff(value, reference[init][i]![end]!)),
            ),
          );
        const rows = {
          rowSmall: "std 0.01",
          rowOne: "std 1",
          rowXavier: "Xavier",
          rowHe: "He",
          rowTorch: "torch default",
        } as const;
        for (const [id, init] of Object.entries(rows)) check(id as keyof typeof rows, off(init), off(init) <= 2);
      }
      const kept = [
        ...(["linear", "tanh", "4 sigmoid - 2"] as const).flatMap((activation) => all("Xavier", activation).flat()),
        ...all("He", "relu").flat(),
      ];
      const [low, high] = [Math.min(...kept), Math.max(...kept)];
      check("alive", `${short(low)} to ${short(high)}`, low > 0.05 && high < 20);
      const lost = (["Xavier", "He", "torch default"] as const).flatMap((init) =>
        all(init, "sigmoid").map(([, b]) => b),
      );
      check("sigmoidDies", Math.max(...lost), Math.max(...lost) < 1e-20);
      const rate = median(all("Xavier", "relu").map(([forward]) => forward)) ** (1 / depth);
      check("reluRate", rate, Math.abs(rate - Math.SQRT1_2) < 0.02);
    }

    // Layer by layer.
    const numbers = Array.from({ length: depth }, (_, i) => i + 1);
    const panels: Panel[] = [];
    for (const init of ["Xavier", "He"] as const) {
      torch.manualSeed(seed);
      const X = torch.randn(batch, width);
      const runs = activationNames.map((activation) => recorded(deepNet(depth, width, init, activation), X));
      for (const [kind, ylabel] of [
        ["std", "std of activations"],
        ["gradient", "std of gradients"],
      ] as const) {
        const series = runs.map((run, i) => ({
          x: numbers,
          y: run[kind],
          label: activationNames[i]!,
          format: formats[i]!,
        }));
        panels.push({ title: init, xlabel: "layer", ylabel, yscale: "log", series });
      }
      if (init === "Xavier" && depth === 50 && width >= 256 && batch >= 256) {
        const { mean, std, gradient } = runs[0]!;
        const drift = Math.max(...mean.map(Math.abs));
        const [low, high] = [Math.min(...std, ...gradient), Math.max(...std, ...gradient)];
        const ok = drift < 0.05 && low > 0.6 && high < 1.6;
        check("constant", `|mean| ${short(drift)}; std ${short(low)} to ${short(high)}`, ok);
      }
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    report.figure(
      figureOf("layers", panels, {
        columns: 2,
        panelSize: [4.5, 3.25],
        caption: localize({
          en: "Layer by layer: activations on their way forward, gradients on their way back",
          zh: "逐层的标准差：前向的激活值与反向的梯度",
        }),
      }),
    );
    const histograms = [1, Math.min(10, depth)].flatMap((layer) =>
      (["std 0.01", "std 1", "Xavier"] as const).map((init) => {
        torch.manualSeed(seed);
        const h = torch.noGrad(() => deepNet(layer, width, init, "tanh")(torch.randn(batch, width)));
        return histogram(h, { title: `${init}, layer ${layer}`, range: [-1, 1], xlabel: "tanh activation" });
      }),
    );
    report.figure(
      figureOf("histograms", histograms, {
        columns: 3,
        panelSize: [2.75, 2.25],
        caption: localize({
          en: "Activations of tanh: all at 0, all saturated, or spread out",
          zh: "tanh 的激活值：全在 0 处、全部饱和、或充分散开",
        }),
      }),
    );
    return { metrics: { forward, backward } };
  },
});
