// F123: is a constant variance in every layer the same as batch normalization, and what are gamma and beta for?
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { ImageTensorDataset } from "../toolkit/fashion-mnist.js";
import { drawFeatures, drawOutputs, invariance, learnOutput, runningDifference, undone } from "./batch-norm/affine.js";
import { claims, labels, limits } from "./batch-norm/claims.js";
import { changedByShuffling, influences, judge, takesOne } from "./batch-norm/exercise.js";
import { affineFigure, affineTable, startFigure, trainingFigure } from "./batch-norm/figures.js";
import type { Norm } from "./batch-norm/networks.js";
import { affineLayers, atStart, drawnScales, inits, type Trained, train } from "./batch-norm/training.js";
import { defineExperiment } from "./experiment.js";
import { within } from "./measured.js";
import { short } from "./short.js";

const norms: readonly Norm[] = ["none", "plain", "affine"];
const percent = (share: number) => `${(100 * share).toFixed(3)} %`;
const list = (values: readonly number[]) => values.map((value) => short(value)).join(", ");

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
  labels,
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
    const seeds = Array.from({ length: options.seeds }, (_, i) => seed + i);

    // Before the first step: three initializations, without and with normalization.
    const starts = seeds.map((s) => {
      torch.manualSeed(s);
      const [none, plain] = (["none", "plain"] as const).map((norm) =>
        Object.values(inits).map((init) => atStart(norm, init)),
      );
      return { none: none!, plain: plain! };
    });
    const ratios = starts.map(({ none }) => none.map((std) => std.at(-1)! / std[0]!));
    const { small, he, large } = limits.ratio;
    check(
      "initOnly",
      ratios.map((ratio) => `(${list(ratio)})`).join(", "),
      ratios.every(
        ([ofSmall, ofHe, ofLarge]) => ofSmall! < small && ofHe! > he[0] && ofHe! < he[1] && ofLarge! > large,
      ),
    );
    const off = Math.max(...starts.flatMap(({ plain }) => plain.flat()).map((std) => Math.abs(std - 1)));
    check("anyInit", `1 ± ${off.toPrecision(2)}`, off <= limits.off);
    report.figure(startFigure(starts[0]!.none, starts[0]!.plain));

    // In training. What is said of trained networks is not said of those that have hardly moved, or have diverged.
    const steps = epochs * Math.floor(samples / batchSize);
    const checkTrained: typeof check = (...made) => {
      if (steps >= 40 && lr >= 0.05 && lr <= 0.5) check(...made);
    };
    const dataset = await fashionMnist();
    const pictures = new ImageTensorDataset(dataset.train, dataset.height, dataset.width);
    const some = Array.from({ length: Math.min(samples, pictures.length) }, (_, i) => i);
    const subset = new torch.utils.data.Subset(pictures, some);
    const trainIter = new torch.utils.data.DataLoader(subset, { batchSize, shuffle: true, dropLast: true });
    const trained: Record<Norm, Trained>[] = [];
    for (const [i, s] of seeds.entries()) {
      const runs: Partial<Record<Norm, Trained>> = {};
      for (const [j, norm] of norms.entries()) {
        const label = { en: `training, seed ${s}`, zh: `训练，种子 ${s}` };
        report.progress({ label, done: i * norms.length + j, total: seeds.length * norms.length });
        torch.manualSeed(s);
        runs[norm] = await train(norm, trainIter, { numEpochs: epochs, depth, lr, signal });
        if (signal.aborted) return { dataset: dataset.name };
      }
      trained.push(runs as Record<Norm, Trained>);
    }
    const change = trained.map(({ none: { log } }) => {
      const factors = log.flatMap(({ std }) => std.map((value, i) => value / log[0]!.std[i]!));
      return Math.max(...factors, ...factors.map((factor) => 1 / factor));
    });
    checkTrained(
      "drift",
      list(change),
      change.every((factor) => factor > limits.drift),
    );
    const apart = trained.map(({ plain: { log } }) =>
      Math.max(...log.flatMap(({ std }) => std.map((value) => Math.abs(value - 1)))),
    );
    check(
      "stays",
      `1 ± ${Math.max(...apart).toExponential(1)}`,
      apart.every((distance) => distance <= limits.off),
    );
    const said = trained.map(({ affine: { log } }) =>
      Math.max(...log.flatMap(({ std, scale }) => std.map((value, i) => Math.abs(value / scale[i]! - 1)))),
    );
    const moved = trained.map(({ affine: { watched } }) =>
      Math.max(...affineLayers(watched).map(({ weight }) => weight!.detach().sub(1).abs().max().item())),
    );
    torch.manualSeed(seed);
    const drawn = drawnScales();
    checkTrained(
      "free",
      {
        en: `${percent(Math.max(...said))}, ${percent(drawn)}; |γ - 1| up to ${list(moved)}`,
        zh: `${percent(Math.max(...said))}，${percent(drawn)}；|γ - 1| 最大 ${list(moved)}`,
      },
      [...said, drawn].every((difference) => difference <= limits.agree) &&
        moved.every((distance) => distance > limits.moved),
    );
    const [{ none, plain, affine }] = trained as [Record<Norm, Trained>];
    report.figure(trainingFigure({ none: none.log, plain: plain.log, affine: affine.log }));
    report.table(affineTable(affineLayers(affine.watched)));

    // What gamma and beta are for.
    torch.manualSeed(seed);
    const h = drawFeatures();
    const difference = undone(h);
    check("identity", difference, difference < limits.identity);
    const [z, target] = drawOutputs();
    const [without, having] = [learnOutput(false, z, target), learnOutput(true, z, target)];
    const [stuck, solved] = [without.losses.at(-1)!, having.losses.at(-1)!];
    check(
      "restores",
      `${stuck.toFixed(3)}; ${solved.toExponential(1)}; γ ${having.gamma.toFixed(3)}, β ${having.beta.toFixed(3)}`,
      within(stuck, limits.stuck, limits.stuckBy) &&
        solved < limits.solved &&
        within(having.gamma, 3, limits.learned) &&
        within(having.beta, 5, limits.learned),
    );
    const { changed, biasShare } = invariance(h);
    check(
      "invariant",
      `${changed.toExponential(1)}; ${biasShare.toExponential(1)}`,
      changed < limits.sameOutput && biasShare < limits.noGradient,
    );
    const wrong = runningDifference();
    check("running", wrong, wrong < limits.running);

    // The exercise: a sample among others.
    const test = new ImageTensorDataset(dataset.test, dataset.height, dataset.width);
    // A multiple of the batches of 8 that are shuffled, so that every picture is asked about.
    const asked = Math.min(2000, test.length - (test.length % 8));
    const [X, y] = test.getBatch(torch.arange(asked)) as [Tensor, Tensor];
    const judged = trained.map((runs) => judge(runs.affine.net, X, y));
    const poorer = judged.map(({ evaluation, bySize }) => evaluation - bySize[0]!);
    checkTrained(
      "smallBatches",
      list(poorer),
      poorer.every((loss) => loss > limits.poorer),
    );
    const collapsed = judged.map(({ mixed, sorted }) => mixed - sorted);
    checkTrained(
      "oneClass",
      list(collapsed),
      collapsed.every((loss) => loss > limits.collapsed),
    );
    const mates = trained.map((runs) => changedByShuffling(runs.affine.net, X));
    checkTrained(
      "mates",
      `${mates.map(({ training }) => (100 * training).toFixed(1)).join(", ")} %; ${Math.max(...mates.map(({ evaluation }) => evaluation))}`,
      mates.every(({ training, evaluation }) => training > limits.changed && evaluation === 0),
    );
    const single = new nn.BatchNorm1d(3);
    const [inTraining, inEvaluation] = [takesOne(single), takesOne(single.eval() as nn.BatchNorm1d)];
    const answer = (taken: boolean) => (taken ? { en: "taken", zh: "接受" } : { en: "refused", zh: "拒绝" });
    check(
      "alone",
      {
        en: `${answer(inTraining).en}, ${answer(inEvaluation).en}`,
        zh: `${answer(inTraining).zh}，${answer(inEvaluation).zh}`,
      },
      !inTraining && inEvaluation,
    );
    const reached = influences(16);
    const sum = Math.abs(reached.reduce((a, b) => a + b, 0)) / Math.max(...reached.map(Math.abs));
    const others = reached.slice(1).filter((gradient) => gradient !== 0).length;
    check(
      "coupled",
      { en: `${others} of 15; ${sum.toExponential(1)}`, zh: `15 个中的 ${others} 个；${sum.toExponential(1)}` },
      others === 15 && sum < limits.sum,
    );
    const [first] = judged as [(typeof judged)[number]];
    report.figure(affineFigure(without, having, first));
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
