// The command with an experiment made for its tests: what cli.ts is, but for the experiments.
import { main } from "../../src/cli/main.js";
import { defineExperiment } from "../../src/experiments/experiment.js";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** "Trains" by waiting, and draws the curves that it pretends to have. */
const fake = defineExperiment({
  id: "fake",
  section: "3.1.3",
  title: { en: "A pretended training", zh: "假装的训练" },
  summary: { en: "pretends to train, for tests", zh: "用于测试的假训练" },
  explain: {
    shows: { en: "How a report grows.", zh: "报告如何生成。" },
    lookFor: [{ en: "The loss falls.", zh: "损失下降。" }],
  },
  covers: [],
  claims: {
    falls: { items: ["F44"], claim: { en: "the loss falls", zh: "损失下降" }, expected: "below 1", source: "the test" },
  },
  quick: { epochs: 1 },
  options: {
    epochs: { type: "integer", default: 3, min: 1, max: 1000, help: { en: "passes over the data", zh: "训练轮数" } },
    batchSize: { type: "integer", default: 256, min: 1, help: { en: "examples in a batch", zh: "每批样本数" } },
    lr: { type: "number", default: 0.1, min: 0, help: { en: "learning rate", zh: "学习率" } },
    delay: { type: "integer", default: 5, min: 0, help: { en: "milliseconds a step", zh: "每步毫秒数" } },
    device: { type: "choice", default: "cpu", choices: ["cpu", "gpu"], help: { en: "where to run", zh: "运行设备" } },
    fromScratch: { type: "boolean", default: false, help: { en: "by hand", zh: "从零实现" } },
    warmUp: { type: "boolean", default: true, help: { en: "a first step aside", zh: "预热" } },
    fail: {
      type: "choice",
      default: "never",
      choices: ["never", "start", "later", "bug"],
      help: { en: "how to fail", zh: "如何失败" },
    },
  },
  async run({ report, signal, check }, options) {
    const { TorchletError } = await import("torchlet");
    const failure = new TorchletError("pretended", {
      path: "fake",
      rule: { en: "it was to fail", zh: "它本来就要失败" },
    });
    if (options.fail === "start") throw failure;
    report.text({ en: "Here we go.", zh: "开始。" });
    const history: { epoch: number; trainLoss: number; trainAccuracy: number }[] = [];
    for (let epoch = 1; epoch <= options.epochs && !signal.aborted; epoch++) {
      for (let step = 0; step < 10 && !signal.aborted; step++) {
        const done = (epoch - 1) * 10 + step;
        const label = { en: `epoch ${epoch} of ${options.epochs}`, zh: `第 ${epoch} 轮，共 ${options.epochs} 轮` };
        report.progress({ label, done, total: options.epochs * 10, values: { loss: 1 / (1 + done) }, secondsLeft: 1 });
        await sleep(options.delay);
      }
      if (signal.aborted) break;
      if (options.fail === "bug") throw new RangeError("a bug");
      const record = { epoch, trainLoss: 1 / epoch, trainAccuracy: 1 - 0.5 / epoch };
      history.push(record);
      report.metrics(record);
      const x = history.map((one) => one.epoch);
      report.figure({
        kind: "plot",
        id: "curve",
        figsize: [3.5, 2.5],
        rows: 1,
        columns: 1,
        panels: [
          {
            xlabel: "epoch",
            xlim: [1, Math.max(2, options.epochs)],
            ylim: [0, 1],
            series: [
              { x, y: history.map((one) => one.trainLoss), label: "train loss" },
              { x, y: history.map((one) => one.trainAccuracy), label: "train acc", format: "m--" },
            ],
          },
        ],
      });
      if (options.fail === "later") throw failure;
    }
    const label = { en: "done", zh: "完成" };
    if (!signal.aborted) {
      report.progress({ label, done: 1, total: 1 });
      report.figure({
        kind: "images",
        id: "predictions",
        rows: 1,
        columns: 2,
        scale: 1.5,
        colormap: "gray",
        pictures: ["ankle boot", "trouser"].map((name, shift) => ({
          width: 28,
          height: 28,
          pixels: Array.from({ length: 784 }, (_, pixel) => (pixel + shift * 14) % 28),
          title: `${name}\n${name}`,
        })),
      });
      report.attach("weights.safetensors", new Uint8Array([1, 2, 3]));
    }
    check("falls", 0.5, true);
    const last = history.at(-1);
    const metrics: Record<string, number> =
      last === undefined ? {} : { trainLoss: last.trainLoss, trainAccuracy: last.trainAccuracy };
    return { dataset: "garments", metrics, history, seconds: { train: 0.5 } };
  },
});

/** Asks for the data set and describes it. */
const dataset = defineExperiment({
  id: "dataset",
  section: "3.1.3.1",
  title: { en: "The data set", zh: "数据集" },
  summary: { en: "loads the data set", zh: "读取数据集" },
  explain: { shows: { en: "The data set.", zh: "数据集。" }, lookFor: [] },
  covers: [],
  claims: {},
  quick: {},
  options: {},
  async run({ report, fashionMnist }) {
    const { name, train, test } = await fashionMnist();
    report.text({ en: `${name}: ${train.count} + ${test.count}`, zh: `${name}：${train.count} + ${test.count}` });
    return { dataset: name, seconds: {} };
  },
});

process.exitCode = await main(process.argv.slice(2), [fake, dataset]);
