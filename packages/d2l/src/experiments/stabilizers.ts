// F111: sums in place of products, gates, normalization, clipping; what each does to the gradients of deep networks.

import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { Panel, Series } from "../report/figure.js";
import { figureOf } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { median } from "./measured.js";
import { claims } from "./stabilizers/claims.js";
import {
  cosine,
  joined,
  normalize_,
  trainDeepSigmoid,
  trainRecurrent,
  updates,
  withGradients,
} from "./stabilizers/clipping.js";
import { type MakeLayer, normalized, passed, plain, residual } from "./stabilizers/depth.js";
import { cellAgainstGates, lstm, throughTime } from "./stabilizers/time.js";
import { spirals } from "./vanishing-exploding/training.js";

const xavier = (W: torch.Tensor) => nn.init.xavierNormal_(W);
const he = (W: torch.Tensor) => nn.init.kaimingNormal_(W, { nonlinearity: "relu" });

/** What is compared by depth: name, layer, line. */
const stacks: Readonly<Record<string, readonly [make: MakeLayer, format: string, zh: string]>> = {
  "plain sigmoid": [plain("sigmoid"), "r:", "普通 sigmoid"],
  "plain tanh": [plain("tanh"), "m--", "普通 tanh"],
  "plain relu": [plain("relu"), "g-.", "普通 relu"],
  "residual sigmoid": [residual("sigmoid"), "r:", "残差 sigmoid"],
  "residual tanh": [residual("tanh"), "m--", "残差 tanh"],
  "layer norm, relu": [normalized("relu", 0.1), "b-", "层归一化，relu"],
  "Xavier, tanh": [plain("tanh", xavier), "C4-", "Xavier，tanh"],
  "He, relu": [plain("relu", he), "g-.", "He，relu"],
};

/** The range that the notes ask for. */
const [lowest, highest] = [1e-6, 1e3];
const within = (values: readonly number[]) => values.every((value) => value >= lowest && value <= highest);
const range = (values: readonly number[]) =>
  `${Math.min(...values).toExponential(1)} to ${Math.max(...values).toExponential(1)}`;

/** `torchlet run stabilizers` */
export const stabilizers = defineExperiment({
  id: "stabilizers",
  section: "3.6.2.1",
  title: { en: "Making training stable", zh: "让训练更加稳定" },
  summary: {
    en: "residual connections, LSTM gates, normalization and clipping, by gradient norms",
    zh: "用梯度范数比较残差连接、LSTM 门控、归一化与裁剪",
  },
  explain: {
    shows: {
      en: "Gradients should stay in a range such as [1e-6, 1e3]. Four means: sums in place of products (residual connections, the cell of an LSTM), normalization, clipping, and initial weights and activations that fit each other.",
      zh: "梯度应保持在如 [1e-6, 1e3] 的范围内。四种办法：把乘法变加法（残差连接、LSTM 的记忆元）、归一化、裁剪，以及相互匹配的初始权重与激活函数。",
    },
    lookFor: [
      {
        en: "By depth: plain layers fall steeply, all others stay between the two black lines.",
        zh: "随深度：普通层急剧下降，其余都保持在两条黑线之间。",
      },
      {
        en: "Through time: the LSTM keeps gradients only where its forget gates are open; half open, it forgets too.",
        zh: "随时间：LSTM 仅在遗忘门打开时才能保持梯度；半开时同样会遗忘。",
      },
      {
        en: "Clipped and unclipped losses of the same networks: the unclipped ones end after one or two steps.",
        zh: "同样的网络裁剪与不裁剪的损失：不裁剪的一两步后就中断。",
      },
    ],
  },
  covers: [],
  claims,
  options: {
    depth: { type: "integer", default: 100, min: 5, max: 500, help: { en: "most layers", zh: "最大层数" } },
    time: { type: "integer", default: 100, min: 10, max: 1000, help: { en: "steps of time", zh: "时间步数" } },
    steps: {
      type: "integer",
      default: 1000,
      min: 10,
      max: 100_000,
      help: { en: "steps of training of the deep network", zh: "深层网络的训练步数" },
    },
    maxNorm: {
      type: "number",
      default: 1,
      min: 0,
      help: { en: "threshold of clipping by norm", zh: "按范数裁剪的阈值" },
    },
    clipValue: {
      type: "number",
      default: 0.5,
      min: 0,
      help: { en: "threshold of clipping by value", zh: "按值裁剪的阈值" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1 },
  async run({ report, signal, check }, { depth, time, steps, maxNorm, clipValue, seeds, seed }) {
    const seedsOf = Array.from({ length: seeds }, (_, i) => seed + i);
    const overSeeds = <T>(make: () => T): T[] =>
      seedsOf.map((s) => {
        torch.manualSeed(s);
        return make();
      });

    // By depth.
    const depths = [...new Set([...[5, 10, 20, 50].filter((d) => d < depth), depth])];
    const byDepth = new Map<string, number[][]>();
    for (const [i, [name, [make, , zh]]] of Object.entries(stacks).entries()) {
      byDepth.set(
        name,
        depths.map((d) => overSeeds(() => passed(make, d))),
      );
      report.progress({ label: { en: name, zh }, done: i + 1, total: Object.keys(stacks).length });
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    const limit = (x: readonly [number, number], y: number): Series => ({ x, y: [y, y], format: "k:" });
    const byDepthOf = (title: string, ylim: readonly [number, number], isShown: (name: string) => boolean): Panel => ({
      title,
      xlabel: "layers",
      ylabel: "gradient at input / at output",
      yscale: "log",
      ylim,
      series: [
        ...Object.entries(stacks)
          .filter(([name]) => isShown(name))
          .map(([name, [, format]]) => ({
            x: depths,
            y: byDepth.get(name)!.map((values) => Math.max(median(values), 1e-45)),
            label: name,
            format,
          })),
        limit([depths[0]!, depth], lowest),
        limit([depths[0]!, depth], highest),
      ],
    });
    const isPlain = (name: string) => name.startsWith("plain");
    report.figure(
      figureOf(
        "depth",
        [
          byDepthOf("plain layers", [1e-25, 1e6], isPlain),
          byDepthOf("stabilized", [1e-7, 1e10], (name) => !isPlain(name)),
        ],
        {
          columns: 1,
          panelSize: [6, 3.25],
          caption: localize({
            en: "How much of a gradient passes through a stack of layers (black lines: 1e-6 and 1e3)",
            zh: "梯度通过多层后剩余多少（黑线：1e-6 与 1e3）",
          }),
        },
      ),
    );
    const stds = [0.01, 0.1, 1, 10];
    const sizes = stds.map((std) => ({ std, values: overSeeds(() => passed(normalized("relu", std), 50)) }));
    report.table({
      caption: { en: "Gradient at the input over that at the output (median)", zh: "输入处与输出处梯度之比（中位数）" },
      columns: [
        { en: "layers", zh: "层" },
        ...depths.map((d) => ({ en: `${d} deep`, zh: `深 ${d}` })),
        { en: "in range", zh: "在范围内" },
      ],
      rows: [...byDepth].map(([name, values]) => [
        localize({ en: name, zh: stacks[name]![2] }),
        ...values.map((runs) => median(runs).toExponential(1)),
        values.every(within) ? "✓" : "✗",
      ]),
    });
    const at50 = depths.indexOf(50);
    if (at50 >= 0) {
      const lost = ["plain sigmoid", "plain tanh", "plain relu"].flatMap((name) => byDepth.get(name)![at50]!);
      check(
        "plain",
        range(lost),
        lost.every((value) => value < lowest),
      );
    }
    const everywhere = (...names: string[]) => names.flatMap((name) => byDepth.get(name)!.flat());
    if (depth === 100) {
      const sums = everywhere("residual sigmoid", "residual tanh");
      check("residual", range(sums), within(sums));
      const fitting = everywhere("Xavier, tanh", "He, relu");
      check("initialized", range(fitting), within(fitting));
    }
    const allSizes = sizes.flatMap(({ values }) => values);
    check("normalized", range(allSizes), within(allSizes));

    // Through time.
    const recurrent = {
      RNN: () => new nn.RNN(8, 32),
      "LSTM, forget bias 0": () => lstm(8, 32, 0),
      "LSTM, forget bias 3": () => lstm(8, 32, 3),
    };
    const formats = ["r:", "m--", "-"];
    const back = Array.from({ length: time }, (_, t) => time - 1 - t);
    const curves = Object.values(recurrent).map((make) => overSeeds(() => throughTime(make(), time)));
    report.figure(
      figureOf(
        "time",
        [
          {
            xlabel: "steps back",
            ylabel: "gradient / that at the last step",
            yscale: "log",
            series: [
              ...Object.keys(recurrent).map((label, i) => ({
                x: back,
                y: back.map((_, t) => median(curves[i]!.map((curve) => curve[t]!))),
                label,
                format: formats[i]!,
              })),
              limit([0, time - 1], lowest),
            ],
          },
        ],
        {
          panelSize: [5, 3.25],
          caption: localize({ en: "Gradients through time", zh: "随时间反向传播的梯度" }),
        },
      ),
    );
    const [rnn, half, open] = curves.map((runs) => runs.map((curve) => curve[0]!));
    if (time === 100) {
      check("rnn", Math.max(...rnn!), Math.max(...rnn!) < 1e-15);
      check("lstm", range(open!), within(open!));
      const more = median(half!) / median(rnn!);
      check(
        "lstmDefault",
        `${more.toExponential(1)} times; ${median(half!).toExponential(1)}`,
        more > 1e3 && median(half!) < lowest,
      );
    }
    const gates = Math.max(...overSeeds(() => cellAgainstGates(20)));
    check("gates", gates, gates < 1e-12);
    await torch.utils.data.breathe();
    if (signal.aborted) return {};

    // Clipping.
    torch.manualSeed(seed);
    const params = withGradients(5);
    const before = joined(params);
    nn.utils.clipGradNorm_(params, maxNorm);
    const clipped = joined(params);
    const short = withGradients(1e-3);
    const shortBefore = joined(short);
    nn.utils.clipGradNorm_(short, maxNorm);
    const [ratio, angle] = [clipped.norm().item() / maxNorm, cosine(before, clipped)];
    const untouched = joined(short).equal(shortBefore);
    if (maxNorm >= 0.1 && maxNorm <= 5) {
      check(
        "clipNorm",
        `${ratio.toFixed(6)}; ${angle.toFixed(7)}`,
        Math.abs(ratio - 1) < 1e-5 && angle > 1 - 1e-6 && untouched,
      );
    }
    const other = withGradients(5);
    const otherBefore = joined(other);
    nn.utils.clipGradValue_(other, clipValue);
    const cut = joined(other);
    const differing = cut.ne(otherBefore.clamp(-clipValue, clipValue)).sum().item();
    if (clipValue > 0 && clipValue <= 5) {
      const turned = cosine(otherBefore, cut);
      check("clipValue", `${differing} differ; ${turned.toFixed(3)}`, differing === 0 && turned < 0.999);
    }
    const lengths = [1e-20, 1e20].map((scale) => {
      const scaled = withGradients(scale);
      normalize_(scaled);
      return joined(scaled).norm().item();
    });
    check(
      "normalizedGradient",
      lengths.map((l) => l.toFixed(6)).join(", "),
      lengths.every((l) => Math.abs(l - 1) < 1e-5),
    );

    const free = overSeeds(() => trainRecurrent(null, 0.1, 200));
    const kept = overSeeds(() => trainRecurrent(maxNorm, 0.1, 200));
    const losses = (values: readonly number[]) => values.map((value) => (Number.isFinite(value) ? value : null));
    report.figure(
      figureOf(
        "clipping",
        [
          {
            xlabel: "step",
            ylabel: "loss",
            xscale: "log",
            yscale: "log",
            series: [
              ...kept.map(
                (values, i): Series => ({
                  x: values.map((_, t) => t + 1),
                  y: losses(values),
                  format: "C0-",
                  ...(i === 0 && { label: "clipped" }),
                }),
              ),
              ...free.map(
                (values, i): Series => ({
                  x: values.map((_, t) => t + 1),
                  y: losses(values),
                  format: "ro",
                  ...(i === 0 && { label: "not clipped" }),
                }),
              ),
            ],
          },
        ],
        {
          panelSize: [5, 3.25],
          caption: localize({
            en: `A recurrent network with exploding gradients, ${seeds} seeds: without clipping the loss is NaN after the last dot`,
            zh: `梯度爆炸的循环网络，${seeds} 个种子：不裁剪时，最后一个点之后损失为 NaN`,
          }),
        },
      ),
    );
    if (maxNorm === 1) {
      const shares = kept.map((values) => values.at(-1)! / values[0]!);
      const ended = free.filter((values) => !Number.isFinite(values.at(-1)!)).length;
      check(
        "clippedTraining",
        `${ended} of ${seeds}; ${Math.max(...shares).toPrecision(2)} of the first loss`,
        ended === seeds && shares.every((share) => share < 0.5),
      );
    }
    await torch.utils.data.breathe();
    if (signal.aborted) return {};

    // Steps scaled layer by layer.
    const rates = { "gradient descent": [0.1, 1, 10], LARS: [0.003, 0.01, 0.03] };
    const updateNames = { "gradient descent": "梯度下降", LARS: "LARS" };
    const names = Object.keys(updates) as (keyof typeof updates)[];
    const ends = new Map<string, number[][]>();
    for (const [i, name] of names.entries()) {
      const runs: number[][] = [];
      for (const s of seedsOf) {
        const row: number[] = [];
        for (const lr of rates[name]) {
          torch.manualSeed(s);
          const [X, y] = spirals(300);
          const end = trainDeepSigmoid(X, y, name, lr, steps);
          row.push(Number.isFinite(end) ? end : Number.POSITIVE_INFINITY);
          await torch.utils.data.breathe();
          if (signal.aborted) return {};
        }
        runs.push(row);
        report.progress({
          label: { en: name, zh: updateNames[name] },
          done: i * seeds + runs.length,
          total: 2 * seeds,
        });
      }
      ends.set(name, runs);
    }
    report.table({
      caption: {
        en: "Loss of a network of 8 sigmoid layers after training (medians; guessing has ln 3 = 1.0986)",
        zh: "含 8 个 sigmoid 层的网络训练后的损失（中位数；随机猜测为 ln 3 = 1.0986）",
      },
      columns: [
        { en: "update", zh: "更新方式" },
        { en: "learning rate", zh: "学习率" },
        { en: "loss", zh: "损失" },
      ],
      rows: names.flatMap((name) =>
        rates[name].map((lr, i) => [
          localize({ en: name, zh: updateNames[name] }),
          String(lr),
          median(ends.get(name)!.map((row) => row[i]!)).toFixed(4),
        ]),
      ),
    });
    const [descent, lars] = names.map((name) => median(ends.get(name)!.map((row) => Math.min(...row))));
    if (steps >= 1000) check("lars", `${descent!.toFixed(4)}; ${lars!.toFixed(4)}`, descent! > 1.05 && lars! < 0.6);
    return { metrics: { rnn: median(rnn!), lstm: median(open!), lars: lars! } };
  },
});
