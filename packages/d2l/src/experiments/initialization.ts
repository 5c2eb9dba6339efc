// F34, F113, F119, F120: where training begins. Zeros, constants, random numbers, Xavier, He, and a layer learned before.

import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Picture } from "../report/figure.js";
import { figureOf } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { claims } from "./initialization/claims.js";
import { type Course, initialized, mlp, pretrain, rows, train } from "./initialization/images.js";
import { convexEndings, walkFromOptimum } from "./initialization/surfaces.js";
import { permuted, trainConstant, trainConstantChannels } from "./initialization/symmetry.js";
import { median } from "./measured.js";

const ways = {
  zeros: (W: Tensor) => nn.init.zeros_(W),
  "constant 0.01": (W: Tensor) => nn.init.constant_(W, 0.01),
  "std 0.01": (W: Tensor) => nn.init.normal_(W, 0, 0.01),
  Xavier: (W: Tensor) => nn.init.xavierNormal_(W),
  He: (W: Tensor) => nn.init.kaimingNormal_(W, { nonlinearity: "relu" }),
};
type Way = keyof typeof ways | "pre-trained";
const wayNames: readonly Way[] = ["zeros", "constant 0.01", "std 0.01", "Xavier", "He", "pre-trained"];
const formats = ["k:", "r:", "m--", "-", "g-.", "C4-"];

/** The book's cells with zeros in place of random numbers: the largest gradient of each parameter. */
function gradientsFromZeros(X: Tensor, y: Tensor): Record<"W1" | "b1" | "W2" | "b2", number> {
  const [numInputs, numOutputs, numHiddens] = [X.shape[1]!, 10, 256];
  const W1 = new nn.Parameter(torch.zeros(numInputs, numHiddens));
  const b1 = new nn.Parameter(torch.zeros(numHiddens));
  const W2 = new nn.Parameter(torch.zeros(numHiddens, numOutputs));
  const b2 = new nn.Parameter(torch.zeros(numOutputs));
  const H = torch.relu(X.matmul(W1).add(b1));
  const loss = new nn.CrossEntropyLoss();
  loss(H.matmul(W2).add(b2), y).backward();
  const largest = (param: Tensor) => param.grad!.abs().max().item();
  return { W1: largest(W1), b1: largest(b1), W2: largest(W2), b2: largest(b2) };
}

const { log, abs, max, min } = Math;

/** `torchlet run initialization` */
export const initialization = defineExperiment({
  id: "initialization",
  section: "3.6.2.3",
  title: { en: "Where training begins", zh: "训练从何处开始" },
  summary: {
    en: "zeros, constants, random, Xavier, He, pre-training; symmetry and what breaks it",
    zh: "零、常数、随机、Xavier、He、预训练；对称性及其打破",
  },
  explain: {
    shows: {
      en: "The same network learns from six beginnings. From zeros nothing moves; from equal weights all hidden units stay the same one; random weights of the right size learn at once, of the wrong size late or, in deep networks, never.",
      zh: "同一网络从六种起点开始学习。从零开始什么也不动；从相同的权重开始，所有隐藏单元始终相同；大小合适的随机权重立刻开始学习，大小不合适则很晚，在深层网络中甚至永远学不会。",
    },
    lookFor: [
      {
        en: "The lines of zeros and of the constant lie flat; Xavier and He lie on each other, and 0.01 follows epochs later. The pre-trained layer is in between.",
        zh: "零与常数的曲线几乎是平的；Xavier 与 He 重合，而 0.01 迟了几轮，预训练的层介于其间。",
      },
      {
        en: "The pictures of W1: rows of the constant network are all one colour until dropout comes in.",
        zh: "W1 的图：常数初始化的网络每行只有一种颜色，直到引入丢弃法。",
      },
      {
        en: "The gradient grows with the distance from the optimum.",
        zh: "离最优解越远，梯度越大。",
      },
    ],
  },
  covers: ["F34", "F113"],
  claims,
  options: {
    samples: {
      type: "integer",
      default: 2000,
      min: 100,
      max: 60_000,
      help: { en: "training images", zh: "训练图像数" },
    },
    epochs: { type: "integer", default: 10, min: 1, max: 1000, help: { en: "passes over them", zh: "遍历轮数" } },
    hidden: { type: "integer", default: 256, min: 1, max: 4096, help: { en: "hidden units", zh: "隐藏单元数" } },
    deep: {
      type: "integer",
      default: 4,
      min: 2,
      max: 20,
      help: { en: "hidden layers of the deep network", zh: "深层网络的隐藏层数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1, samples: 1000 },
  async run({ report, signal, fashionMnist, check }, { samples, epochs, hidden, deep, seeds, seed }) {
    const seedsOf = Array.from({ length: seeds }, (_, i) => seed + i);
    const overSeeds = <T>(make: () => T): T[] =>
      seedsOf.map((s) => {
        torch.manualSeed(s);
        return make();
      });

    // Symmetry.
    const equal = overSeeds(() => trainConstant(0));
    const broken = overSeeds(() => trainConstant(0.5));
    const together = max(...equal.map((run) => run.spread));
    const moved = min(...equal.map((run) => run.moved));
    check("constant", `${together}; moved ${moved.toPrecision(3)}`, together === 0 && moved > 1e-3);
    const apart = min(...broken.map((run) => run.spread));
    check("dropout", apart, apart > 1e-3);
    const channels = overSeeds(trainConstantChannels);
    const channelSpread = max(...channels.map((run) => run.spread));
    const channelMoved = min(...channels.map((run) => run.moved));
    check(
      "channels",
      `${channelSpread}; moved ${channelMoved.toPrecision(3)}`,
      channelSpread === 0 && channelMoved > 1e-4,
    );
    const exchanged = max(...overSeeds(permuted));
    check("permutation", exchanged, exchanged < 1e-5);
    const limits = [...equal, ...broken].flatMap(({ W1 }) => W1.reshape(-1).tolist() as number[]);
    report.figure(
      figureOf(
        "symmetry",
        [
          ["constant 0.5", equal[0]!],
          ["with dropout 0.5", broken[0]!],
        ].map(([title, run]) => {
          const { W1 } = run as (typeof equal)[number];
          const [inputs, units] = W1.shape as [number, number];
          return {
            title: title as string,
            xlabel: "hidden unit",
            ylabel: "input",
            series: [],
            xlim: [0.5, units + 0.5] as const,
            ylim: [0.5, inputs + 0.5] as const,
            marks: [
              {
                kind: "field" as const,
                x: [0.5, units + 0.5] as const,
                y: [0.5, inputs + 0.5] as const,
                columns: units,
                rows: inputs,
                values: W1.toTypedArray(),
                style: "cells" as const,
              },
            ],
            colorbar: { label: "W1", limits: [min(...limits), max(...limits)] as const },
          };
        }),
        {
          panelSize: [4, 2.5],
          caption: localize({
            en: "The weights of the hidden units after 200 steps from equal ones",
            zh: "从相同权重出发，200 步后隐藏单元的权重",
          }),
        },
      ),
    );

    // Convex problems, and a surface that is not.
    const endings = overSeeds(convexEndings).flatMap(({ linear, softmax }) => [linear, softmax]);
    const gap = max(...endings.map((losses) => max(...losses) - min(...losses)));
    check("convex", gap, gap < 1e-4);
    const distances = [0, 0.1, 0.25, 0.5, 1, 2, 4];
    const walks = overSeeds(() => walkFromOptimum(distances));
    const middle = (of: "losses" | "gradients") => distances.map((_, i) => median(walks.map((walk) => walk[of][i]!)));
    const far = middle("gradients")[distances.indexOf(1)]!;
    const [there, beside] = [0, 0.1].map((distance) => middle("gradients")[distances.indexOf(distance)]! / far);
    check("flat", `${there!.toPrecision(2)}; ${beside!.toPrecision(2)}`, there! < 0.1 && beside! < 0.5);
    report.figure(
      figureOf(
        "surface",
        (["losses", "gradients"] as const).map((of) => ({
          xlabel: "distance / ‖w*‖",
          ylabel: of === "losses" ? "loss" : "norm of the gradient",
          yscale: "log" as const,
          series: [{ x: distances, y: middle(of), format: "-" }],
        })),
        {
          panelSize: [3.75, 2.75],
          caption: localize({
            en: "Away from the optimum of a small network, in random directions (medians)",
            zh: "从小型网络的最优解沿随机方向离开（中位数）",
          }),
        },
      ),
    );
    await torch.utils.data.breathe();
    if (signal.aborted) return {};

    // Six beginnings.
    const dataset = await fashionMnist();
    const labelled = rows(dataset, dataset.train, samples);
    const test = rows(dataset, dataset.test, 2000);
    const numInputs = labelled[0].shape[1]!;
    const zero = gradientsFromZeros(labelled[0].narrow(0, 0, 100), labelled[1].narrow(0, 0, 100));
    check(
      "zeros",
      `W1 ${zero.W1}, b1 ${zero.b1}, W2 ${zero.W2}, b2 ${zero.b2.toPrecision(2)}`,
      zero.W1 === 0 && zero.b1 === 0 && zero.W2 === 0 && zero.b2 > 0,
    );
    const courses = new Map<Way, Course[]>(wayNames.map((name) => [name, []]));
    const restoredErrors: number[] = [];
    let stillZero = 0;
    for (const [i, s] of seedsOf.entries()) {
      for (const name of wayNames) {
        torch.manualSeed(s);
        const net = mlp([numInputs, hidden, 10]);
        if (name === "pre-trained") {
          const { encoder, restored, error } = await pretrain(labelled[0], test[0], hidden, 5);
          initialized(net, ways["std 0.01"]);
          net[0]!.loadStateDict(encoder.stateDict());
          restoredErrors.push(error);
          if (i === 0) showRestored(test[0], restored, dataset.height, dataset.width);
        } else initialized(net, ways[name]);
        courses.get(name)!.push(await train(net, labelled, test, epochs));
        if (name === "zeros")
          stillZero = max(stillZero, ...[net[0]!, net[2]!].map((layer) => weightOf(layer).abs().max().item()));
        if (signal.aborted) return { dataset: dataset.name };
      }
      report.progress({
        label: { en: `seed ${i + 1} of ${seeds}`, zh: `种子 ${i + 1}/${seeds}` },
        done: i + 1,
        total: seeds,
      });
    }

    function weightOf(layer: nn.Module): Tensor {
      return (layer as nn.Linear).weight.data;
    }

    function showRestored(X: Tensor, restored: Tensor, height: number, width: number): void {
      const picture = (row: Tensor, title: string): Picture => ({ width, height, title, pixels: row.toTypedArray() });
      const some = [0, 1, 2, 3, 4, 5];
      report.figure({
        kind: "images",
        id: "autoencoder",
        caption: localize({
          en: "Test images, and what the autoencoder restores from its code",
          zh: "测试图像，以及自编码器由编码重建的图像",
        }),
        rows: 2,
        columns: some.length,
        scale: 1.25,
        colormap: "gray",
        pictures: [
          ...some.map((n) => picture(X.index(n), "image")),
          ...some.map((n) => picture(restored.index(n).clamp(0, 1), "restored")),
        ],
      });
    }

    const lossesOf = (name: Way, epoch: number) => courses.get(name)!.map(({ losses }) => losses.at(epoch)!);
    const numbers = Array.from({ length: epochs }, (_, i) => i + 1);
    report.figure(
      figureOf(
        "ways",
        [
          {
            xlabel: "epoch",
            ylabel: "training loss",
            ylim: [0, 3],
            series: wayNames.map((name, w) => ({
              x: numbers,
              y: numbers.map((_, epoch) => median(lossesOf(name, epoch))),
              label: name,
              format: formats[w]!,
            })),
          },
        ],
        {
          panelSize: [5.5, 3.5],
          caption: localize({
            en: `The same network from six beginnings: ${samples} images, medians over ${seeds} seeds`,
            zh: `同一网络的六种起点：${samples} 张图像，${seeds} 个种子的中位数`,
          }),
        },
      ),
    );
    report.table({
      caption: { en: "Six beginnings (medians)", zh: "六种起点（中位数）" },
      columns: [
        { en: "initial weights", zh: "初始权重" },
        { en: "loss, first epoch", zh: "第一轮损失" },
        { en: "loss, last epoch", zh: "最后一轮损失" },
        { en: "test accuracy", zh: "测试精度" },
      ],
      rows: wayNames.map((name) => [
        name,
        median(lossesOf(name, 0)).toFixed(3),
        median(lossesOf(name, -1)).toFixed(3),
        median(courses.get(name)!.map(({ accuracy }) => accuracy)).toFixed(3),
      ]),
    });
    const chance = log(10);
    const enough = epochs >= 5 && samples >= 1000 && hidden >= 64;
    const zeroLoss = lossesOf("zeros", -1);
    check(
      "zerosTrained",
      `${stillZero}; ${min(...zeroLoss).toFixed(4)} to ${max(...zeroLoss).toFixed(4)}`,
      stillZero === 0 && zeroLoss.every((loss) => abs(loss - chance) < 0.02),
    );
    if (enough) {
      const differences = (a: Way, b: Way, epoch: number) =>
        lossesOf(a, epoch).map((loss, s) => loss - lossesOf(b, epoch)[s]!);
      const behind = min(...differences("constant 0.01", "Xavier", -1));
      check("constantTrained", behind, behind >= 0.5);
      const last = max(...(["std 0.01", "Xavier", "He"] as const).flatMap((name) => lossesOf(name, -1)));
      const lead = min(...differences("std 0.01", "Xavier", 0), ...differences("std 0.01", "He", 0));
      check("ways", `${last.toFixed(3)}; lower by ${lead.toFixed(3)} or more`, last < 2 && lead > 0);
      const gains = [
        min(...differences("std 0.01", "pre-trained", 0)),
        min(...differences("std 0.01", "pre-trained", -1)),
      ];
      check(
        "pretraining",
        gains.map((gain) => `lower by ${gain.toFixed(3)}`).join(", "),
        gains.every((gain) => gain > 0),
      );
      check("reconstruction", max(...restoredErrors), max(...restoredErrors) < 0.5);
    }

    // One hidden layer and several.
    const depths = { small: [numInputs, 64, 10], deep: [numInputs, ...new Array<number>(deep).fill(64), 10] };
    const ends = new Map<string, number[]>();
    for (const [size, widths] of Object.entries(depths)) {
      for (const name of ["std 0.01", "He"] as const) {
        const losses: number[] = [];
        for (const s of seedsOf) {
          torch.manualSeed(s);
          losses.push((await train(initialized(mlp(widths), ways[name]), labelled, test, epochs)).losses.at(-1)!);
          if (signal.aborted) return { dataset: dataset.name };
        }
        ends.set(`${size} ${name}`, losses);
      }
    }
    report.table({
      caption: {
        en: `Last loss by depth (medians; guessing has ${chance.toFixed(4)})`,
        zh: `不同深度的最终损失（中位数；随机猜测为 ${chance.toFixed(4)}）`,
      },
      columns: [
        { en: "initial weights", zh: "初始权重" },
        { en: "1 hidden layer", zh: "1 个隐藏层" },
        { en: `${deep} hidden layers`, zh: `${deep} 个隐藏层` },
      ],
      rows: (["std 0.01", "He"] as const).map((name) => [
        name,
        median(ends.get(`small ${name}`)!).toFixed(3),
        median(ends.get(`deep ${name}`)!).toFixed(3),
      ]),
    });
    if (enough) {
      const one = max(...ends.get("small std 0.01")!);
      check("small", one, one < 2);
      if (deep >= 3 && deep <= 5) {
        const [lost, learned] = [ends.get("deep std 0.01")!, max(...ends.get("deep He")!)];
        const ok = lost.every((loss) => abs(loss - chance) < 0.02) && learned < 1.7;
        check("deep", `${min(...lost).toFixed(4)}; ${learned.toFixed(3)}`, ok);
      }
    }
    return {
      dataset: dataset.name,
      metrics: { he: median(lossesOf("He", -1)), preTrained: median(lossesOf("pre-trained", -1)) },
    };
  },
});
