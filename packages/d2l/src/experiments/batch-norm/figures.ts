// What the experiment on batch normalization draws and tabulates.
import { localize, type nn, type Tensor } from "torchlet";
import type { Panel, PlotFigure, Series } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import { figureOf } from "../../visualize/index.js";
import type { LearnedOutput } from "./affine.js";
import { batchSizes, type Judged } from "./exercise.js";
import type { Norm } from "./networks.js";
import { inits, type LoggedStep } from "./training.js";

const formats = ["-", "m--", "g-.", "r:", "C1-", "C4--"];
const deviation = { en: "standard deviation", zh: "标准差" };
const from1 = (values: readonly unknown[]) => values.map((_, i) => i + 1);
const without = { en: "without γ, β", zh: "无 γ、β" };
const having = { en: "with γ, β", zh: "有 γ、β" };

/** Standard deviations layer by layer, before the first step. */
export function startFigure(none: readonly (readonly number[])[], plain: readonly (readonly number[])[]): PlotFigure {
  const panel = (title: string, stds: readonly (readonly number[])[]): Panel => ({
    title,
    xlabel: localize({ en: "layer", zh: "层" }),
    ylabel: localize(deviation),
    yscale: "log",
    ylim: [1e-24, 1e24],
    series: Object.keys(inits).map((name, i) => ({
      x: from1(stds[i]!),
      y: stds[i]!,
      label: localize({ en: name, zh: name.replace("std", "标准差") }),
      format: formats[i]!,
    })),
  });
  return figureOf(
    "start",
    [
      panel(localize({ en: "no normalization", zh: "不做归一化" }), none),
      panel(localize({ en: "batch normalization", zh: "批量归一化" }), plain),
    ],
    {
      panelSize: [4, 3],
      caption: localize({
        en: "Standard deviation of what each ReLU is given, before the first step",
        zh: "第一步之前，各 ReLU 输入的标准差",
      }),
    },
  );
}

/** Standard deviations step by step, a line for each layer. */
export function trainingFigure(logs: Readonly<Record<Norm, readonly LoggedStep[]>>): PlotFigure {
  const curves = (log: readonly LoggedStep[]): Series[] =>
    log[0]!.std.map((_, layer) => ({
      x: log.map(({ step }) => step),
      y: log.map(({ std }) => std[layer]!),
      label: `h${layer + 1}`,
      format: formats[layer]!,
    }));
  const panel = (norm: Norm, title: string): Panel => ({
    title,
    xlabel: localize({ en: "step", zh: "步" }),
    ylabel: localize(deviation),
    ...(norm === "plain" ? { ylim: [0, 2] as const } : {}),
    series: curves(logs[norm]),
  });
  return figureOf(
    "training",
    [
      panel("none", localize({ en: "no normalization", zh: "不做归一化" })),
      panel("plain", localize(without)),
      panel("affine", localize(having)),
    ],
    {
      caption: localize({
        en: "Standard deviation of what each ReLU is given, in training (each panel on a scale of its own)",
        zh: "训练中各 ReLU 输入的标准差（各图刻度不同）",
      }),
    },
  );
}

/** What the normalizations of a network have learned. */
export function affineTable(layers: readonly nn.BatchNorm1d[]): Table {
  const ends = (t: Tensor) => [t.detach().min().item(), t.detach().max().item()];
  return {
    caption: { en: "γ and β after training, first seed", zh: "训练后的 γ 与 β（第一个种子）" },
    columns: [
      { en: "layer", zh: "层" },
      { en: "γ from", zh: "γ 最小" },
      { en: "γ to", zh: "γ 最大" },
      { en: "β from", zh: "β 最小" },
      { en: "β to", zh: "β 最大" },
      { en: "running mean, largest", zh: "移动均值绝对值最大" },
      { en: "running variance, mean", zh: "移动方差平均" },
    ],
    rows: layers.map(({ weight, bias, runningMean, runningVar }, i) => [
      `h${i + 1}`,
      ...ends(weight!),
      ...ends(bias!),
      runningMean!.abs().max().item(),
      runningVar!.mean().item(),
    ]),
  };
}

/** What γ and β are for, and what the batch does to a sample. */
export function affineFigure(stuck: LearnedOutput, solved: LearnedOutput, judged: Judged): PlotFigure {
  const accuracy = localize({ en: "test accuracy", zh: "测试精度" });
  return figureOf(
    "affine",
    [
      {
        title: localize({ en: "outputs of mean 5, std 3", zh: "均值 5、标准差 3 的输出" }),
        xlabel: localize({ en: "step", zh: "步" }),
        ylabel: localize({ en: "loss", zh: "损失" }),
        yscale: "log",
        series: [
          { x: from1(stuck.losses), y: stuck.losses, label: localize(without), format: "-" },
          { x: from1(solved.losses), y: solved.losses, label: localize(having), format: "m--" },
        ],
      },
      {
        title: localize({ en: "tested in batches", zh: "按批次测试" }),
        xlabel: localize({ en: "batch size", zh: "批量大小" }),
        ylabel: accuracy,
        xscale: "log",
        series: [
          {
            x: batchSizes,
            y: judged.bySize,
            label: localize({ en: "batch statistics", zh: "批次统计量" }),
            format: "o-",
          },
          {
            x: batchSizes,
            y: batchSizes.map(() => judged.evaluation),
            label: localize({ en: "running statistics", zh: "移动统计量" }),
            format: "m--",
          },
          {
            x: [100],
            y: [judged.sorted],
            label: localize({ en: "one class a batch", zh: "每批只含一类" }),
            format: "ro",
          },
        ],
      },
    ],
    {
      panelSize: [4, 3],
      caption: localize({
        en: "What γ and β are for, and what the batch does to a sample",
        zh: "γ 与 β 的作用，以及批次对样本的影响",
      }),
    },
  );
}
