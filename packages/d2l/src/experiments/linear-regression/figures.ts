// What linear regression draws and tabulates: data, losses, the way of w.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Series } from "../../report/figure.js";
import type { Report } from "../../report/report.js";
import { linreg } from "../../toolkit/linear-regression.js";
import { plot } from "../../toolkit/plot.js";
import { contours } from "../../visualize/contours.js";
import { figureOf } from "../../visualize/panels.js";
import { numbersOf, type Trained } from "./trained.js";

/** What the book prints after each of its three epochs. */
const printed = { scratch: ["0.042790", "0.000162", "0.000051"], concise: ["0.000248", "0.000103", "0.000103"] };

/** The scatter of the book, the losses, and the way of w over the contours of the loss. */
export function draw(report: Report, features: Tensor, labels: Tensor, scratch: Trained, concise: Trained): void {
  const x = numbersOf(features.index(torch.slice(), 1));
  plot(x, numbersOf(labels), "features[:, 1]", "labels", {
    fmts: ["o"],
    id: "scatter",
    caption: localize({ en: "The second feature against the labels", zh: "第二个特征与标签" }),
  });
  const epochs = scratch.losses.map((_, i) => i + 1);
  plot(epochs, [scratch.losses, concise.losses], "epoch", "loss", {
    id: "losses",
    yscale: "log",
    figsize: [5, 3],
    legend: [
      localize({ en: "from scratch (half the squared error)", zh: "从零实现（平方误差之半）" }),
      localize({ en: "with layers (squared error)", zh: "用层实现（平方误差）" }),
    ],
    caption: localize({
      en: "Loss on all data after each epoch: it falls to what the noise leaves",
      zh: "每轮之后全部数据上的损失：降到噪声所剩为止",
    }),
  });
  report.table({
    caption: { en: "Loss after each epoch, first seed", zh: "每轮之后的损失，第一个种子" },
    columns: [
      { en: "epoch", zh: "轮次" },
      { en: "from scratch", zh: "从零实现" },
      { en: "book", zh: "书中" },
      { en: "with layers", zh: "用层实现" },
      { en: "book", zh: "书中" },
    ],
    rows: epochs.map((epoch, i) => [
      String(epoch),
      scratch.losses[i]!.toFixed(6),
      printed.scratch[i] ?? "–",
      concise.losses[i]!.toFixed(6),
      printed.concise[i] ?? "–",
    ]),
  });
  const { path, b } = scratch;
  const line: Series = { x: path.map(([w1]) => w1), y: path.map(([, w2]) => w2), label: "SGD", format: "r-" };
  const surface = (w: Tensor) => linreg(features, w.t(), b).sub(labels).square().mean(0).div(2);
  const shown = { resolution: 60, label: "loss", scale: "log", series: [line] } as const;
  const panels = [
    contours(surface, { ...shown, xlim: [-1, 4], ylim: [-5, 1], title: localize({ en: "path of w", zh: "w 的路径" }) }),
    contours(surface, {
      ...{ ...shown, xlim: [1.9975, 2.0025], ylim: [-3.403, -3.397] },
      title: localize({ en: "its end, 1000 times larger", zh: "路径的终点，放大 1000 倍" }),
    }),
  ];
  const caption = {
    en: "The path of w over the loss, from 0 to the minimum; b is held at its last value",
    zh: "w 在损失等高线上的路径：从 0 走向最小点；b 固定为最终值",
  };
  report.figure(figureOf("contours", panels, { panelSize: [4, 3], caption: localize(caption) }));
}

/** w, b and the loss of some trainings, beside the truth. */
export function tabulate(report: Report, trained: readonly (Trained & { readonly name: string })[]): void {
  report.table({
    caption: { en: "What was learned from scratch", zh: "从零实现学到的参数" },
    columns: [
      { en: "seed", zh: "种子" },
      ...["w1", "w2", "b"].map((en) => ({ en, zh: en })),
      { en: "loss", zh: "损失" },
    ],
    rows: [
      ...trained.map(({ name, w, b, losses }) => [
        name,
        ...[...w, b].map((value) => value.toFixed(4)),
        losses.at(-1)!.toExponential(2),
      ]),
      [{ en: "true values", zh: "真实值" }, "2", "-3.4", "4.2", "5.00e-5"],
    ],
  });
}
