// F89: the book's heuristic for deep networks: decay in all layers. A network of two layers on a few hundred pictures.

import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import * as d2l from "../../toolkit/index.js";
import * as visualize from "../../visualize/index.js";
import { median } from "../measured.js";
import { firstImages } from "../subset.js";
import type { Part } from "./part.js";

export const deep: Part = async ({ report, check, signal, fashionMnist }, { seed, deepEpochs }) => {
  if (deepEpochs === 0) return;
  const { X, y, testX, testY } = firstImages(await fashionMnist(), 300, 2000);
  const decays = [0, 0.002, 0.005];
  const loss = new nn.CrossEntropyLoss();
  const seeds = 5;
  // By decay, then by the epochs that are drawn, then by seed.
  const drawn = Array.from({ length: deepEpochs }, (_, i) => i + 1).filter((e) => e % 10 === 0 || e === deepEpochs);
  const curves = decays.map(() => drawn.map(() => ({ train: [] as number[], test: [] as number[] })));
  const ends = decays.map(() => [] as { train: number; test: number; accuracy: number; norm: number }[]);
  for (let s = 0; s < seeds; s++) {
    for (const [k, weightDecay] of decays.entries()) {
      torch.manualSeed(seed + s);
      const net = new nn.Sequential(new nn.Linear(X.shape[1]!, 64), new nn.ReLU(), new nn.Linear(64, 10));
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, weightDecay });
      const trainIter = d2l.loadArray([X, y], 30);
      const step = torch.compile((X: torch.Tensor, y: torch.Tensor) => {
        optimizer.zeroGrad();
        loss(net(X), y).backward();
        optimizer.step();
      });
      const measure = () =>
        torch.noGrad(() => {
          const scores = net(testX);
          return {
            train: loss(net(X), y).item(),
            test: loss(scores, testY).item(),
            accuracy: d2l.accuracy(scores, testY) / testY.numel(),
            norm: nn.utils.parametersToVector(net.parameters()).norm().item(),
          };
        });
      for (let epoch = 1; epoch <= deepEpochs; epoch++) {
        for (const [X, y] of trainIter) step(X!, y!);
        const at = curves[k]![drawn.indexOf(epoch)];
        if (at === undefined) continue;
        const { train, test } = measure();
        at.train.push(train);
        at.test.push(test);
      }
      ends[k]!.push(measure());
      step.dispose();
      report.progress({
        label: { en: `network with decay ${weightDecay}`, zh: `网络，衰减 ${weightDecay}` },
        done: s * decays.length + k + 1,
        total: seeds * decays.length,
      });
      await torch.utils.data.breathe();
      if (signal.aborted) return;
    }
  }
  const of = (k: number, key: "train" | "test" | "accuracy" | "norm") => ends[k]!.map((end) => end[key]);
  report.table({
    caption: {
      en: `784-64-10 on 300 pictures, ${deepEpochs} epochs, decay in all layers: medians over ${seeds} seeds`,
      zh: `300 张图片上的 784-64-10 网络，${deepEpochs} 轮，所有层都衰减：${seeds} 个种子的中位数`,
    },
    columns: [
      { en: "weightDecay", zh: "weightDecay" },
      { en: "‖w‖", zh: "‖w‖" },
      { en: "train loss", zh: "训练损失" },
      { en: "test loss", zh: "测试损失" },
      { en: "test accuracy", zh: "测试精度" },
    ],
    rows: decays.map((decay, k) => [
      decay,
      ...(["norm", "train", "test", "accuracy"] as const).map((key) => median(of(k, key))),
    ]),
  });
  const panel = (part: "train" | "test") => ({
    title: localize(part === "train" ? { en: "training loss", zh: "训练损失" } : { en: "test loss", zh: "测试损失" }),
    xlabel: "epoch",
    ylabel: "loss",
    yscale: "log" as const,
    series: decays.map((decay, k) => ({
      x: drawn,
      y: curves[k]!.map((at) => median(at[part])),
      label: `weightDecay = ${decay}`,
      format: ["C0-", "C1--", "C2-."][k]!,
    })),
  });
  report.figure(
    visualize.figureOf("deep", [panel("train"), panel("test")], {
      caption: localize({
        en: "Medians over 5 seeds: with decay the training loss stays higher, and the test loss rises less or not at all.",
        zh: "5 个种子的中位数：有衰减时训练损失更高，而测试损失上升较少或不上升。",
      }),
      panelSize: [4.6, 3.2],
    }),
  );
  const helped = of(0, "test").filter((test, s) => {
    const gap = (k: number) => of(k, "test")[s]! - of(k, "train")[s]!;
    return of(2, "test")[s]! < test && gap(2) < gap(0) && of(2, "norm")[s]! < of(0, "norm")[s]!;
  }).length;
  if (deepEpochs >= 100) check("deep", `${helped} / ${seeds}`, helped === seeds);
};
