// F123: is a constant variance in every layer the same as batch normalization, and what are gamma and beta for?
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Panel, Series } from "../report/figure.js";
import { ImageTensorDataset } from "../toolkit/fashion-mnist.js";
import { figureOf } from "../visualize/index.js";
import { claims } from "./batch-norm/claims.js";
import { accuracyOf, answers, evaluated, influences, takesOne } from "./batch-norm/exercise.js";
import { deviations, type Norm, network, scaleOf } from "./batch-norm/networks.js";
import { defineExperiment } from "./experiment.js";

const inits = {
  "std 0.01": (weight: Tensor) => nn.init.normal_(weight, { std: 0.01 }),
  He: (weight: Tensor) => nn.init.kaimingNormal_(weight, { nonlinearity: "relu" }),
  "std 1": (weight: Tensor) => nn.init.normal_(weight),
} as const;
const norms: readonly Norm[] = ["none", "plain", "affine"];
const formats = ["-", "m--", "g-.", "r:", "C1-", "C4--"];
const count = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const short = (value: number) => (value > 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(3))));
const list = (values: readonly number[]) => values.map(short).join(", ");

/** Standard deviations of 20 layers in the first pass. */
function atStart(norm: Norm, init: (weight: Tensor) => unknown): number[] {
  const { net, watched } = network({ inputs: 128, width: 128, depth: 20, outputs: 1 }, norm, init);
  return deviations(net, watched, () => torch.noGrad(() => net(torch.randn(256, 128))));
}

/** A training, with the standard deviations of all layers every so many steps. */
async function train(norm: Norm, trainIter: torch.utils.data.DataLoader, numEpochs: number, depth: number, lr: number) {
  const { net, watched } = network({ inputs: 784, width: 64, depth, outputs: 10 }, norm, inits.He);
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr });
  const log: { step: number; std: number[]; scale: number[] }[] = [];
  let step = 0;
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    for (const [X, y] of trainIter) {
      const update = () => {
        updater.zeroGrad();
        loss(net(X!), y!).backward();
        updater.step();
      };
      if (step % 10 === 0) {
        // What γ and β say is that of before the update, as the layers' outputs are.
        const scale = watched.flatMap((layer) =>
          layer instanceof nn.BatchNorm1d && layer.affine ? [scaleOf(layer)] : [],
        );
        log.push({ step, std: deviations(net, watched, update), scale });
        await torch.utils.data.breathe();
      } else update();
      step++;
    }
  }
  net.eval();
  return { net, watched, log };
}

/** Learns y from z by a linear layer and batch normalization; the losses on the way, and what the normalization has learned. */
function learnOutput(affine: boolean, z: Tensor, y: Tensor) {
  const norm = new nn.BatchNorm1d(1, { affine });
  const net = new nn.Sequential(new nn.Linear(1, 1), norm);
  torch.noGrad(() => net.parameters()[0]!.fill_(1));
  const loss = new nn.MSELoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.05 });
  const losses = count(200).map(() => {
    updater.zeroGrad();
    const l = loss(net(z), y);
    l.backward();
    updater.step();
    return l.item();
  });
  return { losses, gamma: norm.weight?.item() ?? 1, beta: norm.bias?.item() ?? 0 };
}

/** `torchlet run batch-norm` */
export const batchNorm = defineExperiment({
  id: "batch-norm",
  section: "3.6.3",
  title: { en: "Constant variance is not batch normalization", zh: "方差恒定不等于批量归一化" },
  summary: {
    en: "variances from initialization and from normalization, what gamma and beta are for, what a batch does to a sample",
    zh: "由初始化与由归一化得到的方差，γ 与 β 的作用，以及批次对样本的影响",
  },
  explain: {
    shows: {
      en: "A good initialization gives every layer the same variance once, before the first step. Batch normalization gives it in every step, by looking at the batch; gamma and beta give scale and shift back to the network. The price is that a sample is no longer judged by itself, which is why evaluation uses running statistics.",
      zh: "好的初始化只在第一步之前使各层方差相同；批量归一化则通过查看批次在每一步都做到，再由 γ 与 β 把尺度与平移的自由还给网络。代价是样本不再被单独判断，因此评估时使用移动统计量。",
    },
    lookFor: [
      {
        en: "Without normalization the curves of the layers drift apart in training; without gamma and beta they are one flat line; with them they move, as far as gamma and beta move.",
        zh: "不做归一化时，各层曲线在训练中逐渐分开；没有 γ 与 β 时是一条平线；有了它们，曲线随 γ 与 β 移动。",
      },
      {
        en: "In training mode the accuracy falls with the size of the batch, and falls most where the batch has one class only.",
        zh: "在训练模式下，精度随批量减小而下降，批次只含一个类别时下降最多。",
      },
    ],
  },
  covers: ["F112"],
  claims,
  options: {
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "runs of every part", zh: "每部分的运行次数" },
    },
    samples: {
      type: "integer",
      default: 12_800,
      min: 1280,
      max: 60_000,
      help: { en: "pictures to train on", zh: "用于训练的图片数" },
    },
    epochs: { type: "integer", default: 2, min: 1, max: 1000, help: { en: "passes over them", zh: "遍历的轮数" } },
    depth: { type: "integer", default: 5, min: 1, max: 6, help: { en: "hidden layers", zh: "隐藏层数" } },
    batchSize: { type: "integer", default: 128, min: 2, max: 1280, help: { en: "samples a step", zh: "每步的样本数" } },
    lr: { type: "number", default: 0.1, min: 0, help: { en: "learning rate", zh: "学习率" } },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { seeds: 2, samples: 3840, epochs: 2 },
  async run({ report, signal, fashionMnist, check }, options) {
    const { epochs, samples, depth, batchSize, lr, seed } = options;
    const seeds = count(options.seeds).map((i) => seed + i - 1);

    // Before the first step: three initializations, without and with normalization.
    const starts = seeds.map((s) => {
      torch.manualSeed(s);
      return (["none", "plain"] as const).map((norm) => Object.values(inits).map((init) => atStart(norm, init)));
    });
    const ratios = starts.map(([none]) => none!.map((std) => std.at(-1)! / std[0]!));
    check(
      "initOnly",
      ratios.map((ratio) => `(${list(ratio)})`).join(", "),
      ratios.every(([small, he, large]) => small! < 1e-9 && he! > 0.25 && he! < 4 && large! > 1e9),
    );
    const off = starts.flatMap(([, plain]) => plain!.flat()).map((std) => Math.abs(std - 1));
    check("anyInit", `1 ± ${Math.max(...off).toPrecision(2)}`, Math.max(...off) < 0.01);
    const startPanel = (title: string, stds: readonly number[][]): Panel => ({
      title,
      xlabel: "layer",
      ylabel: "standard deviation",
      yscale: "log",
      ylim: [1e-24, 1e24],
      series: Object.keys(inits).map((label, i) => ({ x: count(20), y: stds[i]!, label, format: formats[i]! })),
    });
    report.figure(
      figureOf(
        "start",
        [startPanel("no normalization", starts[0]![0]!), startPanel("batch normalization", starts[0]![1]!)],
        {
          panelSize: [4, 3],
          caption: localize({
            en: "Standard deviation of what each ReLU is given, before the first step",
            zh: "第一步之前，各 ReLU 输入的标准差",
          }),
        },
      ),
    );

    // During training.
    const dataset = await fashionMnist();
    const pictures = new ImageTensorDataset(dataset.train, dataset.height, dataset.width);
    const test = new ImageTensorDataset(dataset.test, dataset.height, dataset.width);
    // A multiple of the batches of 8 below, so that every picture is asked about.
    const asked = Math.min(2000, test.length - (test.length % 8));
    const [X, y] = test.getBatch(torch.arange(asked)) as [Tensor, Tensor];
    const subset = new torch.utils.data.Subset(
      pictures,
      count(Math.min(samples, pictures.length)).map((i) => i - 1),
    );
    const trainIter = new torch.utils.data.DataLoader(subset, { batchSize, shuffle: true, dropLast: true });
    const trained: Record<Norm, Awaited<ReturnType<typeof train>>>[] = [];
    for (const [i, s] of seeds.entries()) {
      const runs: Partial<Record<Norm, Awaited<ReturnType<typeof train>>>> = {};
      for (const [j, norm] of norms.entries()) {
        if (signal.aborted) return { dataset: dataset.name };
        const label = { en: `training, ${norm}, seed ${s}`, zh: `训练，${norm}，种子 ${s}` };
        report.progress({ label, done: i * norms.length + j, total: seeds.length * norms.length });
        torch.manualSeed(s);
        runs[norm] = await train(norm, trainIter, epochs, depth, lr);
      }
      trained.push(runs as Record<Norm, Awaited<ReturnType<typeof train>>>);
    }
    const change = trained.map(({ none: { log } }) =>
      Math.max(
        ...log.flatMap(({ std }) => std.map((value, i) => Math.max(value / log[0]!.std[i]!, log[0]!.std[i]! / value))),
      ),
    );
    check(
      "drift",
      list(change),
      change.every((factor) => factor > 1.5),
    );
    const apart = trained.map(({ plain: { log } }) =>
      Math.max(...log.flatMap(({ std }) => std.map((v) => Math.abs(v - 1)))),
    );
    check(
      "stays",
      list(apart),
      apart.every((distance) => distance < 0.01),
    );
    const said = trained.map(({ affine: { log } }) =>
      Math.max(...log.flatMap(({ std, scale }) => std.map((value, i) => Math.abs(value / scale[i]! - 1)))),
    );
    const moved = trained.map(({ affine: { watched } }) =>
      Math.max(...watched.map((layer) => layer.weight!.detach().sub(1).abs().max().item())),
    );
    check(
      "free",
      `${list(said)}; |γ - 1| up to ${list(moved)}`,
      said.every((difference) => difference < 0.01) && moved.every((distance) => distance > 0.05),
    );
    const curves = (norm: Norm): Series[] =>
      count(depth).map((layer) => {
        const { log } = trained[0]![norm];
        return {
          x: log.map(({ step }) => step),
          y: log.map(({ std }) => std[layer - 1]!),
          label: `h${layer}`,
          format: formats[layer - 1]!,
        };
      });
    const titles = { none: "no normalization", plain: "without γ, β", affine: "with γ, β" };
    report.figure(
      figureOf(
        "training",
        norms.map((norm) => ({
          title: titles[norm],
          xlabel: "step",
          ylabel: "standard deviation",
          ...(norm === "plain" ? { ylim: [0, 2] as const } : {}),
          series: curves(norm),
        })),
        {
          caption: localize({
            en: "Standard deviation of what each ReLU is given, in training (each panel on a scale of its own)",
            zh: "训练中各 ReLU 输入的标准差（各图刻度不同）",
          }),
        },
      ),
    );
    report.table({
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
      rows: trained[0]!.affine.watched.map((layer, i) => {
        const { weight, bias, runningMean, runningVar } = layer as nn.BatchNorm1d;
        const ends = (t: Tensor) => [t.min().item(), t.max().item()];
        const running = [runningMean!.abs().max().item(), runningVar!.mean().item()];
        return [`h${i + 1}`, ...ends(weight!.detach()), ...ends(bias!.detach()), ...running];
      }),
    });

    // What gamma and beta are for.
    torch.manualSeed(seed);
    const h = torch.randn(256, 8).mul(torch.rand(8).add(0.5)).add(torch.randn(8).mul(5));
    const [mean, variance] = [h.mean(0), h.sub(h.mean(0)).square().mean(0)];
    const identity = new nn.BatchNorm1d(8);
    torch.noGrad(() => {
      identity.weight!.copy_(variance.add(identity.eps).sqrt());
      identity.bias!.copy_(mean);
    });
    const difference = identity(h).sub(h).abs().max().item();
    check("identity", difference, difference < 1e-4);
    const raw = torch.randn(256, 1);
    const z = raw.sub(raw.mean()).div(raw.sub(raw.mean()).square().mean().sqrt());
    const target = z.mul(3).add(5);
    const [without, having] = [learnOutput(false, z, target), learnOutput(true, z, target)];
    const [stuck, solved] = [without.losses.at(-1)!, having.losses.at(-1)!];
    check(
      "restores",
      `${stuck.toFixed(3)}; ${solved.toExponential(1)}; γ ${having.gamma.toFixed(3)}, β ${having.beta.toFixed(3)}`,
      Math.abs(stuck - 29) < 0.1 &&
        solved < 0.001 &&
        Math.abs(having.gamma - 3) < 0.02 &&
        Math.abs(having.beta - 5) < 0.02,
    );
    const linear = new nn.Linear(8, 8);
    const norm = new nn.BatchNorm1d(8);
    const before = norm(linear(h));
    before.sub(torch.randn(256, 8)).square().mean().backward();
    const share = linear.bias!.grad!.abs().max().item() / linear.weight.grad!.abs().max().item();
    torch.noGrad(() => linear.weight.mul_(10));
    const scaled = norm(linear(h)).sub(before).abs().max().item();
    check("invariant", `${scaled.toExponential(1)}; ${share.toExponential(1)}`, scaled < 1e-3 && share < 1e-4);

    // Running statistics: the same by hand.
    const tracked = new nn.BatchNorm1d(4);
    let [runningMean, runningVar] = [torch.zeros(4), torch.ones(4)];
    for (let i = 0; i < 50; i++) {
      const batch = torch.randn(16, 4).mul(2).add(1);
      tracked(batch);
      runningMean = runningMean.mul(0.9).add(batch.mean(0).mul(0.1));
      runningVar = runningVar.mul(0.9).add(batch.var(0).mul(0.1));
    }
    const relative = (a: Tensor, b: Tensor) => a.sub(b).abs().div(b.abs()).max().item();
    const wrong = Math.max(relative(tracked.runningMean!, runningMean), relative(tracked.runningVar!, runningVar));
    check("running", wrong, wrong < 1e-4);

    // The exercise: a sample among others.
    const sizes = [2, 4, 8, 16, 32, 64, 128, 256];
    const order = torch.argsort(y, { stable: true });
    const judged = trained.map(({ affine: { net } }) => ({
      evaluation: accuracyOf(evaluated(net, X), y),
      bySize: sizes.map((size) => accuracyOf(answers(net, X, size), y)),
      sorted: accuracyOf(answers(net, X.index(order), 100), y.index(order)),
      mixed: accuracyOf(answers(net, X, 100), y),
    }));
    const poor = judged.map(({ evaluation, bySize }) => evaluation - bySize[0]!);
    check(
      "smallBatches",
      list(poor),
      poor.every((loss) => loss > 0.1),
    );
    const collapsed = judged.map(({ mixed, sorted }) => mixed - sorted);
    check(
      "oneClass",
      list(collapsed),
      collapsed.every((loss) => loss > 0.2),
    );
    const { net } = trained[0]!.affine;
    const shuffled = torch.randperm(X.shape[0]!);
    const changed = (answer: (Xs: Tensor) => Tensor) =>
      1 - accuracyOf(answer(X.index(shuffled)), answer(X).index(shuffled));
    const [inTraining, inEvaluation] = [changed((Xs) => answers(net, Xs, 8)), changed((Xs) => evaluated(net, Xs))];
    check("mates", `${(100 * inTraining).toFixed(1)} %; ${inEvaluation}`, inTraining > 0.01 && inEvaluation === 0);
    const single = new nn.BatchNorm1d(3);
    const alone = [takesOne(single), takesOne(single.eval() as nn.BatchNorm1d)];
    check("alone", alone.join(", "), alone.join() === "refused,taken");
    const reached = influences(16);
    const sum = Math.abs(reached.reduce((a, b) => a + b, 0)) / Math.max(...reached.map(Math.abs));
    const others = reached.slice(1).filter((gradient) => gradient !== 0).length;
    check("coupled", `${others} of 15; ${sum.toExponential(1)}`, others === 15 && sum < 1e-4);

    const first = judged[0]!;
    report.figure(
      figureOf(
        "affine",
        [
          {
            title: "outputs of mean 5, std 3",
            xlabel: "step",
            ylabel: "loss",
            yscale: "log",
            series: [
              { x: count(200), y: without.losses, label: "without γ, β", format: "-" },
              { x: count(200), y: having.losses, label: "with γ, β", format: "m--" },
            ],
          },
          {
            title: "tested in batches",
            xlabel: "batch size",
            ylabel: "test accuracy",
            xscale: "log",
            series: [
              { x: sizes, y: first.bySize, label: "batch statistics", format: "o-" },
              { x: sizes, y: sizes.map(() => first.evaluation), label: "running statistics", format: "m--" },
              { x: [100], y: [first.sorted], label: "one class a batch", format: "ro" },
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
      ),
    );
    report.text({
      en: "A constant variance is a property of the first step, chosen once with the weights; batch normalization is an operation of every step. Without γ and β each layer would be held to mean 0 and variance 1 for good; with them the network can undo the normalization where that is better, at the price of two numbers a unit.",
      zh: "方差恒定是第一步时的性质，由权重一次选定；批量归一化则是每一步都进行的运算。若没有 γ 与 β，各层将永远被固定为均值 0、方差 1；有了它们，网络可以在需要时撤销归一化，代价只是每个单元两个数。",
    });
    return {
      dataset: dataset.name,
      metrics: { accuracy: first.evaluation, accuracyInPairs: first.bySize[0]!, accuracyOneClass: first.sorted },
    };
  },
});
