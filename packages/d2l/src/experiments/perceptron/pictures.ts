// F13: a linear model of pixels knows things only where they were: flipped and shifted pictures.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { Accumulator } from "../../toolkit/accumulator.js";
import { makeLoaders } from "../../toolkit/fashion-mnist.js";
import { getFashionMnistLabels } from "../../toolkit/images.js";
import { accuracy, trainEpochCh3 } from "../../toolkit/training.js";
import type { Context } from "./claims.js";

type Change = (X: Tensor) => Tensor;

/** What leaves on the right is lost; black comes in on the left. */
const toTheRight = (X: Tensor, pixels: number) => nn.functional.pad(X, [pixels, -pixels]);

/** Of pictures (batch, 1, height, width); all leave what is shown as it is. */
const changes: Readonly<Record<string, Change>> = {
  original: (X) => X,
  "left-right": (X) => X.flip(3),
  "up-down": (X) => X.flip(2),
  "shifted 2": (X) => toTheRight(X, 2),
  "shifted 4": (X) => toTheRight(X, 4),
  "shifted 8": (X) => toTheRight(X, 8),
};

export async function pictures({ report, signal, check, fashionMnist }: Context, numEpochs: number) {
  const dataset = await fashionMnist();
  const [trainIter, testIter] = makeLoaders(dataset, 256);
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(dataset.height * dataset.width, 10));
  nn.init.normal_(net[1].weight, { std: 0.01 });
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  for (let epoch = 1; epoch <= numEpochs; epoch++) {
    const [trainLoss] = trainEpochCh3(net, trainIter, loss, updater);
    const label = { en: `softmax regression, epoch ${epoch}`, zh: `softmax 回归，第 ${epoch} 轮` };
    report.progress({ label, done: epoch, total: numEpochs, values: { loss: trainLoss } });
    await torch.utils.data.breathe();
    if (signal.aborted) return {};
  }
  const names = Object.keys(changes);
  const accuracies: number[] = [];
  for (const change of Object.values(changes)) {
    const metric = new Accumulator(2);
    torch.noGrad(() => {
      for (const [X, y] of testIter) metric.add(accuracy(net(change(X!)), y!), y!.numel());
    });
    accuracies.push(metric.get(0) / metric.get(1));
    await torch.utils.data.breathe();
    if (signal.aborted) return {};
  }
  const [original, mirrored, upside, two, four, eight] = accuracies as [number, number, number, number, number, number];

  // Three things that it knows as they are.
  const [X, y] = [...testIter][0] as readonly [Tensor, Tensor];
  const right = torch
    .noGrad(() => net(X))
    .argmax(1)
    .eq(y);
  const known = torch.nonzero(right).reshape(-1).narrow(0, 0, 3);
  const [things, labels] = [X.indexSelect(0, known), y.indexSelect(0, known)];
  const columns = Object.entries(changes).map(([name, change]) => {
    const changed = change(things);
    return { name, changed, said: getFashionMnistLabels(torch.noGrad(() => net(changed)).argmax(1)) };
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
      en: "Accuracy of softmax regression on the test pictures, as they are and moved",
      zh: "softmax 回归在测试图片上的精度：原图与移动后",
    }),
    figsize: [5.5, 2.8],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "test pictures",
        ylabel: "accuracy",
        xlim: [-0.6, names.length - 0.4],
        ylim: [0, 1],
        xticks: names.map((label, at) => ({ at, label })),
        series: [{ x: [-0.6, names.length - 0.4], y: [0.1, 0.1], format: "k--", label: "chance" }],
        marks: [
          {
            kind: "rectangles",
            x: names.map((_, i) => [i - 0.35, i + 0.35] as const),
            y: accuracies.map((a) => [0, a] as const),
            titles: accuracies.map((a, i) => `${names[i]}: ${a.toFixed(3)}`),
          },
          {
            kind: "texts",
            x: names.map((_, i) => i),
            y: accuracies,
            texts: accuracies.map((a) => a.toFixed(2)),
            above: 7,
          },
        ],
      },
    ],
  });
  // The embedded pictures are drawn alike on both sides, and there are few of them: only real things show what this costs.
  if (dataset.name === "fashion-mnist") {
    check(
      "flipped",
      `${(original - mirrored).toFixed(3)} and ${(original - upside).toFixed(3)}`,
      original - mirrored >= 0.1 && original - upside >= 0.3,
    );
    check(
      "shifted",
      [original, two, four, eight].map((a) => a.toFixed(3)).join(", "),
      original > two && two > four && four > eight && original - eight >= 0.3,
    );
  }
  return { dataset: dataset.name, original, mirrored, upsideDown: upside, shifted4: four };
}
