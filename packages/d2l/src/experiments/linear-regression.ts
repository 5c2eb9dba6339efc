// Linear regression from scratch and with layers: the book's cells, and its exercises in numbers.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Series } from "../report/figure.js";
import { linreg, loadArray, sgd, squaredLoss, syntheticData } from "../toolkit/linear-regression.js";
import { plot } from "../toolkit/plot.js";
import { contours } from "../visualize/contours.js";
import { figureOf } from "../visualize/panels.js";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { claims } from "./linear-regression/claims.js";
import * as exercises from "./linear-regression/exercises.js";
import { median, rangeText, within } from "./measured.js";

interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
}

/** The book's generator of minibatches: shuffled indices, the last batch as it comes. */
function* dataIter(batchSize: number, features: Tensor, labels: Tensor): Generator<[Tensor, Tensor]> {
  const numExamples = features.shape[0]!;
  // The examples are read at random, in no particular order.
  const indices = torch.randperm(numExamples);
  for (let i = 0; i < numExamples; i += batchSize) {
    const batchIndices = indices.narrow(0, i, Math.min(batchSize, numExamples - i));
    yield [features.indexSelect(0, batchIndices), labels.indexSelect(0, batchIndices)];
  }
}

/** What a training gave: the loss after each epoch, and where w went. */
interface Trained {
  readonly losses: number[];
  readonly w: number[];
  readonly b: number;
  readonly path: [number, number][];
}

const numbersOf = (tensor: Tensor) => tensor.detach().reshape(-1).tolist() as number[];

/** The book's cells; `std` is that of the initial weights. */
function fromScratch(features: Tensor, labels: Tensor, { epochs, batchSize, lr }: Settings, std = 0.01): Trained {
  const w = torch.normal(0, std, [2, 1], { requiresGrad: true });
  const b = torch.zeros(1, { requiresGrad: true });
  const net = linreg;
  const loss = squaredLoss;
  const losses: number[] = [];
  const path = [numbersOf(w) as [number, number]];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [X, y] of dataIter(batchSize, features, labels)) {
      const l = loss(net(X, w, b), y); // minibatch loss of X and y
      l.sum().backward();
      sgd([w, b], lr, X.shape[0]!); // a short last batch tells its own size
      path.push(numbersOf(w) as [number, number]);
    }
    torch.noGrad(() =>
      losses.push(
        loss(net(features, w, b), labels)
          .mean()
          .item(),
      ),
    );
  }
  return { losses, w: numbersOf(w), b: b.item(), path };
}

/** The same with layers; with the sum of squares the rate is that of a sample. */
function withLayers(
  features: Tensor,
  labels: Tensor,
  { epochs, batchSize, lr }: Settings,
  reduction: "mean" | "sum" = "mean",
): Trained {
  const dataIter = loadArray([features, labels], batchSize);
  const net = new nn.Sequential(new nn.Linear(2, 1));
  net[0].weight.data.normal_(0, 0.01);
  net[0].bias!.data.fill_(0);
  const loss = new nn.MSELoss({ reduction });
  const trainer = new torch.optim.SGD(net.parameters(), { lr: reduction === "mean" ? lr : lr / batchSize });
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [X, y] of dataIter) {
      const l = loss(net(X!), y!);
      trainer.zeroGrad();
      l.backward();
      trainer.step();
    }
    torch.noGrad(() => losses.push(loss(net(features), labels).item()));
  }
  return { losses, w: numbersOf(net[0].weight), b: net[0].bias!.item(), path: [] };
}

/** `torchlet run linear-regression` */
export const linearRegression = defineExperiment({
  id: "linear-regression",
  section: "book.2",
  title: { en: "Linear regression", zh: "线性回归" },
  summary: {
    en: "a line through noisy points by minibatch SGD, from scratch, with layers, and in closed form",
    zh: "用小批量 SGD 拟合带噪声的直线：从零实现、用层实现以及解析解",
  },
  explain: {
    shows: {
      en: "The smallest whole training: data, model, loss, update, loop. The truth is known (w = 2 and -3.4, b = 4.2), so each number can be held against it.",
      zh: "最小的完整训练流程：数据、模型、损失、更新、循环。真实参数已知（w = 2 与 -3.4，b = 4.2），因此每个数值都可检验。",
    },
    lookFor: [
      {
        en: "The loss falls to half the variance of the noise, 5e-5, and no further.",
        zh: "损失降到噪声方差的一半 5e-5 后不再下降。",
      },
      {
        en: "On the contours the path of SGD runs to the middle and trembles there.",
        zh: "等高线图上，SGD 的路径走向中心并在那里微微抖动。",
      },
    ],
  },
  covers: [],
  claims,
  corrections: ["P16", "P25"],
  quick: {},
  options: {
    epochs: {
      type: "integer",
      default: 3,
      min: 1,
      max: 1000,
      help: { en: "passes over the data", zh: "遍历数据的轮数" },
    },
    batchSize: { type: "integer", default: 10, min: 1, max: 1000, help: { en: "samples a step", zh: "每步的样本数" } },
    lr: { type: "number", default: 0.03, min: 0, help: { en: "learning rate", zh: "学习率" } },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "trainings of each form", zh: "每种形式的训练次数" },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  async run({ report, signal, check }, { seeds, seed, ...settings }) {
    const trueW = torch.tensor([2, -3.4]);
    const trueB = 4.2;
    const runs: { scratch: Trained; concise: Trained; zero: Trained; exact: number[] }[] = [];
    for (let i = 0; i < seeds && !signal.aborted; i++) {
      report.progress({ label: { en: `seed ${seed + i}`, zh: `种子 ${seed + i}` }, done: i, total: seeds });
      torch.manualSeed(seed + i);
      const [features, labels] = syntheticData(trueW, trueB, 1000);
      const scratch = fromScratch(features, labels, settings);
      const concise = withLayers(features, labels, settings);
      const zero = fromScratch(features, labels, settings, 0);
      runs.push({ scratch, concise, zero, exact: exercises.closedForm(features, labels) });
      if (i === 0) draw(report, features, labels, scratch, concise);
      await torch.utils.data.breathe();
    }
    const [first] = runs;
    if (first === undefined || signal.aborted) return {};

    const errors = ({ w, b }: Trained) => [w[0]! - 2, w[1]! + 3.4, b - trueB].map(Math.abs);
    report.table({
      caption: { en: "What was learned", zh: "学到的参数" },
      columns: ["seed", "w1", "w2", "b", "loss"].map((name) => ({
        en: name,
        zh: name === "seed" ? "种子" : name === "loss" ? "损失" : name,
      })),
      rows: runs.map(({ scratch: { w, b, losses } }, i) => [
        String(seed + i),
        ...[...w, b].map((value) => value.toFixed(4)),
        losses.at(-1)!.toExponential(2),
      ]),
    });
    if (settings.epochs === 3 && settings.batchSize === 10 && settings.lr === 0.03) {
      const losses = (form: "scratch" | "concise" | "zero") => runs.map((run) => run[form].losses.at(-1)! * 1e5);
      // With 1000 samples the variance of the noise itself is only known to 4.5 %: the median of the seeds is closer.
      const hold = (id: "lossScratch" | "lossConcise" | "zeroInit", values: readonly number[], centre: number) => {
        const middle = median(values);
        check(id, `${middle.toFixed(2)}e-5 (${rangeText(values, 2)})`, within(middle, centre, centre / 20));
      };
      hold("lossScratch", losses("scratch"), 5);
      hold("lossConcise", losses("concise"), 10);
      hold("zeroInit", losses("zero"), 5);
      const worst = Math.max(...runs.flatMap(({ scratch, concise }) => [...errors(scratch), ...errors(concise)]));
      check("weights", worst, worst < 0.01);
      const gaps = runs.flatMap(({ scratch, exact }) =>
        [...scratch.w, scratch.b].map((v, i) => Math.abs(v - exact[i]!)),
      );
      check("closedForm", Math.max(...gaps), Math.max(...gaps) < 0.005);
    }
    answers(report, check, seed);
    const last = first.scratch.losses.at(-1)!;
    return { metrics: { loss: last, w1: first.scratch.w[0]!, w2: first.scratch.w[1]!, b: first.scratch.b } };
  },
});

/** The scatter of the book, the losses, and the way of w over the contours of the loss. */
function draw(
  report: ExperimentContext["report"],
  features: Tensor,
  labels: Tensor,
  scratch: Trained,
  concise: Trained,
): void {
  const x = numbersOf(features.index(torch.slice(), 1));
  plot(x, numbersOf(labels), "features[:, 1]", "labels", {
    fmts: ["o"],
    id: "scatter",
    caption: localize({ en: "The second feature against the labels.", zh: "第二个特征与标签。" }),
  });
  const epochs = scratch.losses.map((_, i) => i + 1);
  plot(epochs, [scratch.losses, concise.losses], "epoch", "loss", {
    id: "losses",
    yscale: "log",
    legend: ["from scratch (1/2)", "with layers"],
    caption: localize({ en: "Loss on all data after each epoch.", zh: "每轮之后全部数据上的损失。" }),
  });
  const { path, b } = scratch;
  const line: Series = { x: path.map(([w1]) => w1), y: path.map(([, w2]) => w2), label: "SGD", format: "r-" };
  const surface = (w: Tensor) => linreg(features, w.t(), b).sub(labels).square().mean(0).div(2);
  const panel = contours(surface, {
    xlim: [-1, 4],
    ylim: [-5, 1],
    resolution: 60,
    label: "loss",
    scale: "log",
    series: [line],
  });
  const caption = { en: "The way of w; b is held at its last value.", zh: "w 的路径；b 固定为最终值。" };
  report.figure(figureOf("contours", [panel], { panelSize: [5, 3.5], caption: localize(caption) }));
}

/** The sections' other claims and the exercises. */
function answers(
  report: ExperimentContext["report"],
  check: ExperimentContext<keyof typeof claims>["check"],
  seed: number,
): void {
  torch.manualSeed(seed);
  const x = torch.arange(-7, 7, 0.01);
  const params = [
    [0, 1],
    [0, 2],
    [3, 1],
  ] as const;
  const curves = params.map(([mu, sigma]) => exercises.normal(x, mu, sigma));
  plot(x, curves, "x", "p(x)", {
    figsize: [4.5, 2.5],
    id: "normal",
    legend: params.map(([mu, sigma]) => `mean ${mu}, std ${sigma}`),
    caption: localize({ en: "Normal densities.", zh: "正态分布的密度。" }),
  });
  const areas = curves.map((p) => p.sum().item() * 0.01);
  check(
    "density",
    areas.map((area) => area.toFixed(4)).join(", "),
    areas.every((area) => within(area, 1, 0.001)),
  );
  const { loop, vector, difference } = exercises.vectorization(10_000);
  report.table({
    caption: { en: "Adding 10,000 numbers", zh: "相加 10,000 个数" },
    columns: [
      { en: "how", zh: "方式" },
      { en: "seconds", zh: "秒" },
      { en: "the book's seconds", zh: "书中秒数" },
    ],
    rows: [
      [localize({ en: "one after the other", zh: "逐个" }), loop.toFixed(5), "0.16749"],
      [localize({ en: "at once", zh: "整体" }), vector.toFixed(5), "0.00042"],
    ],
  });
  check("vectorization", difference, difference === 0);

  const ratio = exercises.shortBatchRatio();
  check("shortBatch", ratio, within(ratio, 0.625, 1e-6));
  const { shape, wrong, right } = exercises.silentBroadcast(10);
  check(
    "broadcast",
    `${shape.join(" x ")}; ${wrong.toFixed(3)}, ${right.toFixed(4)}`,
    shape.join() === "10,10" && wrong > 10 * right && within(right, 0.005, 1e-5),
  );
  const second = exercises.hessianError(50, 3);
  check("secondDerivative", second, second < 1e-12);

  const [features, labels] = syntheticData(torch.tensor([2, -3.4]), 4.2, 1000);
  const rates = [0.001, 0.03, 0.3, 3];
  const ends = rates.map((lr) => fromScratch(features, labels, { epochs: 3, batchSize: 10, lr }).losses);
  plot(
    [1, 2, 3],
    ends.map((losses) => losses.map((l) => (Number.isFinite(l) ? l : 0))),
    "epoch",
    "loss",
    {
      id: "rates",
      yscale: "log",
      ylim: [1e-5, 1e2],
      legend: rates.map((lr) => `lr ${lr}`),
      caption: localize({
        en: "Learning rates; what is no number any more has no line.",
        zh: "不同学习率；已不是数的没有曲线。",
      }),
    },
  );
  const last = ends.map((losses) => losses.at(-1)!);
  check(
    "rates",
    last.map((l) => l.toPrecision(2)).join(", "),
    last[0]! > 0.1 && last[1]! < 1e-4 && last[2]! < 1e-4 && !(last[3]! <= 1),
  );

  const skewed = torch.randn(101, { dtype: torch.float64 }).exp();
  const { squared, absolute } = exercises.minimisers(skewed);
  const off = [squared - skewed.mean().item(), absolute - torch.median(skewed).item()].map(Math.abs);
  check(
    "minimisers",
    off.map((v) => v.toExponential(1)).join(", "),
    off.every((v) => v < 1e-3),
  );
  const laplace = exercises.underLaplaceNoise(20);
  check(
    "laplace",
    `${laplace.absolute.toFixed(4)} < ${laplace.squared.toFixed(4)}`,
    laplace.absolute < laplace.squared,
  );

  const X = torch.linspace(-1, 1, 100).reshape(-1, 1);
  const y = X.mul(2).add(1).add(torch.randn(100, 1).mul(0.01));
  y.index(5).fill_(10_000);
  const bySquares = exercises.fit(X, y, (a, b) => squaredLoss(a, b).mean(), 0.1, 1000);
  const byValues = exercises.fit(X, y, (a, b) => a.sub(b).abs().mean(), 0.01, 3000);
  const biases = [bySquares, byValues].map((fitted) => Math.abs(fitted[1]! - 1));
  check("outlier", biases.map((v) => v.toFixed(3)).join("; "), biases[0]! > 1 && biases[1]! < 0.2);

  const huber = exercises.huberError(0.5);
  check("huber", huber, huber < 1e-12);
  const [mean, sum] = (["mean", "sum"] as const).map((reduction) => {
    torch.manualSeed(seed);
    return withLayers(features, labels, { epochs: 1, batchSize: 10, lr: 0.03 }, reduction).w;
  });
  const apart = Math.max(...mean!.map((v, i) => Math.abs(v - sum![i]!)));
  check("sumOrMean", apart, apart < 1e-5);
  const { rank, residual } = exercises.rankDeficient(20);
  check("rank", `${rank}; ${residual.toExponential(0)}`, rank === 1 && residual < 1e-9);
}
