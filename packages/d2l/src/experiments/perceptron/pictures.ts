// F13: a linear model of pixels knows things only where they were: flipped and shifted pictures.
import * as torch from "torchlet";
import { type Localized, localize, nn, type Tensor } from "torchlet";
import { Accumulator } from "../../toolkit/accumulator.js";
import { makeLoaders } from "../../toolkit/fashion-mnist.js";
import { getFashionMnistLabels } from "../../toolkit/images.js";
import { accuracy, trainEpochCh3 } from "../../toolkit/training.js";
import type { BatchIterable } from "../../toolkit/types.js";
import { rangeText } from "../measured.js";
import type { Context } from "./claims.js";

type Change = (X: Tensor) => Tensor;

/** What leaves on the right is lost; black comes in on the left. */
const toTheRight = (X: Tensor, pixels: number) => nn.functional.pad(X, [pixels, -pixels]);

/** Of pictures (batch, 1, height, width); all leave what is shown as it is. */
const changes: readonly (readonly [name: Localized, change: Change])[] = [
  [{ en: "original", zh: "原图" }, (X) => X],
  [{ en: "left-right", zh: "左右翻转" }, (X) => X.flip(3)],
  [{ en: "up-down", zh: "上下颠倒" }, (X) => X.flip(2)],
  ...[2, 4, 8].map(
    (pixels) => [{ en: `shifted ${pixels}`, zh: `右移 ${pixels}` }, (X: Tensor) => toTheRight(X, pixels)] as const,
  ),
];

/** The accuracy on all test pictures, changed. */
function accuracyOn(net: nn.Module, testIter: BatchIterable, change: Change): number {
  const metric = new Accumulator(2);
  torch.noGrad(() => {
    for (const [X, y] of testIter) metric.add(accuracy(net(change(X!)), y!), y!.numel());
  });
  return metric.get(0) / metric.get(1);
}

export async function pictures(
  { report, signal, check, fashionMnist }: Context,
  numEpochs: number,
  seeds: number,
  seed: number,
) {
  const dataset = await fashionMnist();
  const [trainIter, testIter] = makeLoaders(dataset, 256);
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const nets: nn.Module[] = [];
  const accuracies: number[][] = [];
  for (let s = 0; s < seeds; s++) {
    torch.manualSeed(seed + s);
    const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(dataset.height * dataset.width, 10));
    nn.init.normal_(net[1].weight, { std: 0.01 });
    const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
    for (let epoch = 1; epoch <= numEpochs; epoch++) {
      const [trainLoss] = trainEpochCh3(net, trainIter, loss, updater);
      const label = {
        en: `softmax regression, seed ${seed + s}, epoch ${epoch}`,
        zh: `softmax 回归，种子 ${seed + s}，第 ${epoch} 轮`,
      };
      report.progress({ label, done: numEpochs * s + epoch, total: numEpochs * seeds, values: { loss: trainLoss } });
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    nets.push(net);
    accuracies.push(changes.map(([, change]) => accuracyOn(net, testIter, change)));
  }
  const net = nets[0]!;
  const names = changes.map(([name]) => localize(name));
  const first = accuracies[0] as [number, number, number, number, number, number];

  // Three things that it knows as they are.
  const [X, y] = [...testIter][0] as readonly [Tensor, Tensor];
  const right = torch
    .noGrad(() => net(X))
    .argmax(1)
    .eq(y);
  const known = torch.nonzero(right).reshape(-1).narrow(0, 0, 3);
  const [things, labels] = [X.indexSelect(0, known), y.indexSelect(0, known)];
  const columns = changes.map(([name, change]) => {
    const changed = change(things);
    return { name: localize(name), changed, said: getFashionMnistLabels(torch.noGrad(() => net(changed)).argmax(1)) };
  });
  report.figure({
    kind: "images",
    id: "pictures",
    caption: localize({
      en: `What softmax regression takes them for (they are: ${getFashionMnistLabels(labels).join(", ")})`,
      zh: `softmax 回归认为它们是什么（实际是：${getFashionMnistLabels(labels).join("、")}）`,
    }),
    rows: 3,
    columns: names.length,
    scale: 1.4,
    colormap: "gray",
    pictures: [0, 1, 2].flatMap((row) =>
      columns.map(({ name, changed, said }) => ({
        width: dataset.width,
        height: dataset.height,
        pixels: changed.select(0, row).reshape(-1).toTypedArray(),
        title: `${row === 0 ? `${name}\n` : ""}${said[row]}`,
      })),
    ),
  });
  report.figure({
    kind: "plot",
    id: "positions",
    caption: localize({
      en: "Accuracy of softmax regression on the test pictures, as they are, flipped and shifted by some pixels",
      zh: "softmax 回归在测试图片上的精度：原图、翻转后、右移若干像素后",
    }),
    figsize: [5.5, 2.8],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "test pictures", zh: "测试图片" }),
        ylabel: localize({ en: "accuracy", zh: "精度" }),
        xlim: [-0.6, names.length - 0.4],
        ylim: [0, 1],
        xticks: names.map((label, at) => ({ at, label })),
        series: [
          {
            x: [-0.6, names.length - 0.4],
            y: [0.1, 0.1],
            format: "k--",
            label: localize({ en: "chance", zh: "随机猜测" }),
          },
        ],
        marks: [
          {
            kind: "rectangles",
            x: names.map((_, i) => [i - 0.35, i + 0.35] as const),
            y: first.map((a) => [0, a] as const),
            titles: first.map((a, i) => `${names[i]}: ${a.toFixed(3)}`),
          },
          {
            kind: "texts",
            x: names.map((_, i) => i),
            y: first,
            texts: first.map((a) => a.toFixed(2)),
            above: 7,
          },
        ],
      },
    ],
  });
  // The embedded pictures are drawn alike on both sides, and there are few of them: only real things show what this costs.
  if (dataset.name === "fashion-mnist") {
    const falls = (i: number) => accuracies.map((all) => all[0]! - all[i]!);
    const [mirrored, upside] = [falls(1), falls(2)];
    const measured = [rangeText(mirrored, 3), rangeText(upside, 3)] as const;
    check("flipped", measured.join("; "), mirrored.every((fall) => fall >= 0.1) && upside.every((fall) => fall >= 0.3));
    const shifted = [0, 3, 4, 5].map((i) => accuracies.map((all) => all[i]!));
    check(
      "shifted",
      shifted.map((some) => rangeText(some, 3)).join(", "),
      accuracies.every(
        ([none, , , two, four, eight]) => none! > two! && two! > four! && four! > eight! && none! - eight! >= 0.3,
      ),
    );
  }
  const [original, mirrored, upsideDown, , shifted4] = first;
  return { dataset: dataset.name, original, mirrored, upsideDown, shifted4 };
}
