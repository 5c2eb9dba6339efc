// The book's training loop: one epoch, many epochs, accuracy, loss.
import * as torch from "torchlet";
import { type Localized, localize, nn, type Tensor, ValueError } from "torchlet";
import { Accumulator } from "./accumulator.js";
import { Animator } from "./animator.js";
import { getDisplay } from "./display.js";
import { countCorrect, countStepOf, type TrainStep, trainStepOf } from "./steps.js";
import type { BatchIterable, Loss, Net, Updater } from "./types.js";

/**
 * How many predictions are right: a count, not a share.
 *
 * @param yHat scores (batch, classes), whose largest counts; or predicted classes
 */
export function accuracy(yHat: Tensor, y: Tensor): number {
  return countCorrect(yHat, y).item();
}

/** The share of right predictions over all batches. A module is switched to evaluation and stays there, as in the book. */
export function evaluateAccuracy(net: Net, dataIter: BatchIterable): number {
  if (net instanceof nn.Module) net.eval();
  const metric = new Accumulator(2);
  torch.noGrad(() => {
    const count = countStepOf(net);
    for (const [X, y] of dataIter) metric.add(count(X!, y!).item(), y!.numel());
  });
  return metric.get(0) / metric.get(1);
}

/** The mean loss over all elements of all batches. */
export function evaluateLoss(net: Net, dataIter: BatchIterable, loss: Loss): number {
  const metric = new Accumulator(2);
  // The book records a graph here that nobody uses; the values are the same without.
  torch.noGrad(() => {
    for (const [X, y] of dataIter) {
      const out = net(X!);
      const l = loss(out, y!.reshape(out.shape));
      metric.add(l.sum().item(), l.numel());
    }
  });
  return metric.get(0) / metric.get(1);
}

/** One step; adds the loss, the right predictions and the samples to the sums. */
function addStep(step: TrainStep, X: Tensor, y: Tensor, metric: Accumulator): void {
  const [loss, correct] = step(X, y);
  metric.add(loss.item(), correct.item(), y.numel());
}

/** Mean training loss and accuracy of an epoch, each measured before the update that its batch caused. */
export function trainEpochCh3(net: Net, trainIter: BatchIterable, loss: Loss, updater: Updater): [number, number] {
  if (net instanceof nn.Module) net.train();
  const metric = new Accumulator(3);
  const step = trainStepOf(net, loss, updater);
  for (const [X, y] of trainIter) addStep(step, X!, y!, metric);
  return [metric.get(0) / metric.get(2), metric.get(1) / metric.get(2)];
}

/** What an epoch measured. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** Options of `trainCh3`. */
export interface TrainOptions {
  /** Throws where the book's closing assertions fail (P19 of the notes: short runs do); otherwise they warn. Default: false. */
  readonly strict?: boolean;
  /** Ends the training at the next batch; what whole epochs measured is returned. */
  readonly signal?: AbortSignal;
  /**
   * Compiles the training step (`torch.compile`) although net, loss or updater are functions of your own: the same numbers in less time
   * for functions that only compute with tensors. Torchlet's own layers, losses and optimizers need no such word. Default: false.
   */
  readonly compile?: boolean;
  /** Receives the seconds that training and evaluation took in each epoch. */
  readonly onSeconds?: (seconds: { readonly train: number; readonly evaluate: number }) => void;
}

/** The book's closing assertions: last loss below 0.5, accuracies above 0.7. */
function closingFailures(last: EpochMetrics): Localized[] {
  const failures: Localized[] = [];
  const { trainLoss, trainAccuracy, testAccuracy } = last;
  const at = (v: number) => v.toFixed(4);
  if (!(trainLoss < 0.5)) {
    failures.push({ en: `train loss ${at(trainLoss)} is not below 0.5`, zh: `训练损失 ${at(trainLoss)} 未低于 0.5` });
  }
  if (!(trainAccuracy > 0.7 && trainAccuracy <= 1)) {
    failures.push({
      en: `train accuracy ${at(trainAccuracy)} is not above 0.7`,
      zh: `训练精度 ${at(trainAccuracy)} 未高于 0.7`,
    });
  }
  if (!(testAccuracy > 0.7 && testAccuracy <= 1)) {
    failures.push({
      en: `test accuracy ${at(testAccuracy)} is not above 0.7`,
      zh: `测试精度 ${at(testAccuracy)} 未高于 0.7`,
    });
  }
  return failures;
}

/**
 * Trains a model for some epochs, evaluates after each, and draws the curves of the book.
 *
 * @param loss without reduction: one value a sample
 * @param updater an optimizer, or a function of the batch size
 * @returns what each epoch measured
 * @throws ValueError where `strict` and the closing checks fail
 *
 * @example
 * await d2l.trainCh3(net, trainIter, testIter, loss, 10, new torch.optim.SGD(net.parameters(), { lr: 0.1 }));
 */
export async function trainCh3(
  net: Net,
  trainIter: BatchIterable,
  testIter: BatchIterable,
  loss: Loss,
  numEpochs: number,
  updater: Updater,
  options: TrainOptions = {},
): Promise<EpochMetrics[]> {
  const { strict = false, signal, compile = false, onSeconds } = options;
  const display = getDisplay();
  const animator = new Animator({
    id: "training",
    xlabel: "epoch",
    xlim: [1, numEpochs],
    ylim: [0.3, 0.9],
    legend: ["train loss", "train acc", "test acc"],
    caption: localize({ en: "Loss and accuracy of each epoch", zh: "每一轮的损失与精度" }),
  });
  const history: EpochMetrics[] = [];
  const step = trainStepOf(net, loss, updater, compile);
  const batches = trainIter.length;
  const begun = performance.now();
  for (let epoch = 1; epoch <= numEpochs && signal?.aborted !== true; epoch++) {
    const metric = new Accumulator(3);
    const start = performance.now();
    let batch = 0;
    if (net instanceof nn.Module) net.train();
    for (const [X, y] of trainIter) {
      addStep(step, X!, y!, metric);
      batch++;
      const total = batches === undefined ? 0 : batches * numEpochs;
      const done = batches === undefined ? 0 : (epoch - 1) * batches + batch;
      display.progress({
        label: { en: `epoch ${epoch} of ${numEpochs}`, zh: `第 ${epoch} 轮，共 ${numEpochs} 轮` },
        done,
        total,
        values: { loss: metric.get(0) / metric.get(2), accuracy: metric.get(1) / metric.get(2) },
        ...(done > 0 ? { secondsLeft: ((performance.now() - begun) / 1000 / done) * (total - done) } : {}),
      });
      await torch.utils.data.breathe();
      if (signal?.aborted) break;
    }
    if (signal?.aborted && batch !== batches) break;
    const trained = performance.now();
    const testAccuracy = evaluateAccuracy(net, testIter);
    onSeconds?.({ train: (trained - start) / 1000, evaluate: (performance.now() - trained) / 1000 });
    const record = {
      epoch,
      trainLoss: metric.get(0) / metric.get(2),
      trainAccuracy: metric.get(1) / metric.get(2),
      testAccuracy,
    };
    history.push(record);
    animator.add(epoch, [record.trainLoss, record.trainAccuracy, record.testAccuracy]);
    display.metrics({ ...record });
    await torch.utils.data.breathe();
  }
  const last = history.at(-1);
  if (last !== undefined && signal?.aborted !== true) {
    const failures = closingFailures(last);
    if (failures.length > 0) {
      const rule = { en: failures.map((f) => f.en).join("; "), zh: failures.map((f) => f.zh).join("；") };
      if (strict) throw new ValueError("train-ch3-checks", { path: "trainCh3", rule, received: last });
      display.warn({ en: `trainCh3: ${rule.en}.`, zh: `trainCh3：${rule.zh}。` });
    }
  }
  return history;
}
