// F102 and the exercises: 500 pictures, on which a network overfits within seconds; with dropout, with decay, with other noises.

import * as torch from "torchlet";
import { type Localized, localize, nn, type Tensor } from "torchlet";
import { loadArray } from "../../toolkit/linear-regression.js";
import { accuracy } from "../../toolkit/training.js";
import * as visualize from "../../visualize/index.js";
import { median } from "../measured.js";
import { firstImages } from "../subset.js";
import { AdditiveNoise, DropConnect, GaussianDropout } from "./layers.js";
import type { Part, PartOptions } from "./part.js";

/** One way of training. */
interface Variant {
  readonly name: Localized;
  readonly dropouts: readonly [number, number];
  readonly noise?: "dropout" | "gaussian" | "additive" | "dropconnect";
  readonly decay?: number;
}

/** What each exercise compares; the first is always the network without any of it. */
function variantsOf({ exercise, dropout1, dropout2 }: PartOptions): readonly Variant[] {
  const plain: Variant = { name: { en: "none", zh: "无" }, dropouts: [0, 0] };
  const of = (a: number, b: number, rest: Partial<Variant> = {}): Variant => {
    return { name: { en: `dropout ${a}, ${b}`, zh: `丢弃 ${a}, ${b}` }, dropouts: [a, b], ...rest };
  };
  const usual = of(dropout1, dropout2);
  const named = (en: string, zh: string, rest: Partial<Variant>): Variant => ({ ...usual, name: { en, zh }, ...rest });
  switch (exercise) {
    case "swap":
      return [plain, usual, of(dropout2, dropout1)];
    case "p":
      return [plain, ...[0.1, 0.5, 0.9].map((p) => of(p, p))];
    case "noise":
      return [
        plain,
        usual,
        named("Gaussian factor", "高斯因子", { noise: "gaussian" }),
        named("Gaussian term", "高斯加项", { noise: "additive" }),
        named("DropConnect", "DropConnect（丢弃权重）", { noise: "dropconnect" }),
      ];
    case "epochs":
      return [plain, usual];
    default:
      return [
        plain,
        usual,
        named("weight decay 0.003", "权重衰减 0.003", { dropouts: [0, 0], decay: 0.003 }),
        named("both", "两者", { decay: 0.003 }),
      ];
  }
}

function makeNet(numHiddens: number, { dropouts: [p1, p2], noise = "dropout" }: Variant): nn.Sequential {
  const linear = (from: number, to: number, p: number) => {
    return noise === "dropconnect" && p > 0 ? new DropConnect(from, to, p) : new nn.Linear(from, to);
  };
  const after = (p: number) => {
    if (p === 0 || noise === "dropconnect") return new nn.Identity();
    if (noise === "additive") return new AdditiveNoise(p);
    return noise === "gaussian" ? new GaussianDropout(p) : new nn.Dropout(p);
  };
  return new nn.Sequential(
    linear(784, numHiddens, p1),
    new nn.ReLU(),
    after(p1),
    linear(numHiddens, numHiddens, p2),
    new nn.ReLU(),
    after(p2),
    new nn.Linear(numHiddens, 10),
  );
}

const KEYS = ["train", "test", "accuracy", "norm", "variance1", "variance2"] as const;
type Measured = Record<(typeof KEYS)[number], number>;

export const small: Part = async ({ report, check, signal, fashionMnist }, options) => {
  const { seed, exercise } = options;
  if (options.smallEpochs === 0) return;
  const epochs = exercise === "epochs" ? 4 * options.smallEpochs : options.smallEpochs;
  const dataset = await fashionMnist();
  const { X, y, testX, testY } = firstImages(dataset, 500, 1000);
  const variants = variantsOf(options);
  const [seeds, numHiddens] = [5, 128];
  const loss = new nn.CrossEntropyLoss();
  const drawn = Array.from({ length: epochs }, (_, i) => i + 1).filter(
    (e) => e % Math.ceil(epochs / 10) === 0 || e === 1,
  );
  const curves = variants.map(() => drawn.map(() => [] as Measured[]));
  for (let s = 0; s < seeds; s++) {
    for (const [k, variant] of variants.entries()) {
      torch.manualSeed(seed + s);
      const net = makeNet(numHiddens, variant);
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, weightDecay: variant.decay ?? 0 });
      const trainIter = loadArray([X, y], 50);
      const step = torch.compile((X: Tensor, y: Tensor) => {
        optimizer.zeroGrad();
        loss(net(X), y).backward();
        optimizer.step();
      });
      for (let epoch = 1; epoch <= epochs; epoch++) {
        net.train();
        for (const [X, y] of trainIter) step(X!, y!);
        const at = drawn.indexOf(epoch);
        if (at >= 0) curves[k]![at]!.push(measure(net));
        await torch.utils.data.breathe();
        if (signal.aborted) return;
      }
      step.dispose();
      report.progress({
        label: { en: `500 pictures, ${variant.name.en}`, zh: `500 张图片，${variant.name.zh}` },
        done: s * variants.length + k + 1,
        total: seeds * variants.length,
      });
    }
  }

  function measure(net: nn.Sequential): Measured {
    net.eval();
    return torch.noGrad(() => {
      const [scores, testScores] = [net(X), net(testX)];
      let H = X;
      const variances: number[] = [];
      for (const module of net) {
        H = module(H);
        if (module instanceof nn.ReLU) variances.push(H.var().item());
      }
      return {
        train: loss(scores, y).item(),
        test: loss(testScores, testY).item(),
        accuracy: accuracy(testScores, testY) / testY.numel(),
        norm: nn.utils.parametersToVector(net.parameters()).norm().item(),
        variance1: variances[0]!,
        variance2: variances[1]!,
      };
    });
  }

  const ends = curves.map((curve) => curve.at(-1)!);
  const medianOf = (all: readonly Measured[], key: keyof Measured) => median(all.map((each) => each[key]));
  report.table({
    caption: {
      en: `784-${numHiddens}-${numHiddens}-10 on 500 pictures, ${epochs} epochs, in evaluation mode: medians over ${seeds} seeds`,
      zh: `500 张图片上的 784-${numHiddens}-${numHiddens}-10 网络，${epochs} 轮，评估模式：${seeds} 个种子的中位数`,
    },
    columns: [
      { en: "regularization", zh: "正则化" },
      { en: "train loss", zh: "训练损失" },
      { en: "test loss", zh: "测试损失" },
      { en: "gap", zh: "差距" },
      { en: "test accuracy", zh: "测试精度" },
      { en: "‖w‖", zh: "‖w‖" },
    ],
    rows: variants.map(({ name }, k) => {
      const [train, test] = [medianOf(ends[k]!, "train"), medianOf(ends[k]!, "test")];
      return [name, train, test, test - train, medianOf(ends[k]!, "accuracy"), medianOf(ends[k]!, "norm")];
    }),
  });
  const formats = ["C0-", "C1--", "C2-.", "C3:", "C4-"];
  const panelSize = [4.6, 3.2] as const;
  // The first epoch alone would take most of the axis.
  const from = (key: keyof Measured) => (key === "train" || key === "test" ? 1 : 0);
  const panel = (key: keyof Measured, title: string, ylabel: string, yscale: "linear" | "log") => ({
    title,
    xlabel: "epoch",
    ylabel,
    yscale,
    series: variants.map(({ name }, k) => ({
      x: drawn.slice(from(key)),
      y: curves[k]!.slice(from(key)).map((all) => medianOf(all, key)),
      label: localize(name),
      format: formats[k]!,
    })),
  });
  report.figure(
    visualize.figureOf(
      "small",
      [
        panel("train", localize({ en: "training loss", zh: "训练损失" }), "loss", "log"),
        panel("test", localize({ en: "test loss", zh: "测试损失" }), "loss", "linear"),
      ],
      {
        caption: localize({
          en: "500 pictures, medians over 5 seeds. Without regularization the training loss vanishes while the test loss rises.",
          zh: "500 张图片，5 个种子的中位数。没有正则化时训练损失趋于 0，而测试损失上升。",
        }),
        panelSize,
      },
    ),
  );
  const variance = localize({ en: "variance", zh: "方差" });
  report.figure(
    visualize.figureOf(
      "variances",
      [
        panel("variance1", localize({ en: "first hidden layer", zh: "第一个隐藏层" }), variance, "linear"),
        panel("variance2", localize({ en: "second hidden layer", zh: "第二个隐藏层" }), variance, "linear"),
      ],
      {
        caption: localize({
          en: "The variance of the activations of both hidden layers while the network learns, measured in evaluation mode: with dropout it stays smaller.",
          zh: "网络学习过程中两个隐藏层激活值的方差，在评估模式下测得：使用丢弃法时更小。",
        }),
        panelSize,
      },
    ),
  );
  if (exercise !== "decay" || options.smallEpochs < 100) return;
  const gap = (all: readonly Measured[]) => all.map(({ train, test }) => test - train);
  const smaller = (k: number) => gap(ends[k]!).filter((g, s) => g < gap(ends[0]!)[s]!).length;
  const tests = ends.map((end) => medianOf(end, "test"));
  check(
    "overfitting",
    `${smaller(1)} / ${seeds}; ${tests[1]!.toFixed(3)} < ${tests[0]!.toFixed(3)}`,
    smaller(1) === seeds && tests[1]! < tests[0]!,
  );
  const layers = (["variance1", "variance2"] as const).map((key) => {
    const less = ends[1]!.filter((end, s) => end[key] < ends[0]![s]![key]).length;
    return { less, text: `${medianOf(ends[0]!, key).toFixed(3)} > ${medianOf(ends[1]!, key).toFixed(3)}` };
  });
  check(
    "variances",
    layers.map(({ text }) => text).join("; "),
    layers.every(({ less }) => less === seeds),
  );
  const norms = ends.map((end) => medianOf(end, "norm"));
  check(
    "together",
    `${smaller(3)} / ${seeds}; ${norms[3]!.toFixed(2)} < ${norms[1]!.toFixed(2)}`,
    smaller(3) === seeds && tests[3]! < tests[0]! && norms[3]! < norms[1]!,
  );
};
