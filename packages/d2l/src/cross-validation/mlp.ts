// F50: k-fold cross-validation of the multilayer perceptron: how well one setting does, and how sure that is.
import * as torch from "torchlet";
import { nn, type selection, type Tensor, ValueError } from "torchlet";
import { trainingOptions } from "../experiments/training-options.js";
import { trainStepOf } from "../toolkit/steps.js";
import { evaluateAccuracy } from "../toolkit/training.js";
import { defineCrossValidation } from "./cross-validation.js";
import { foldsChart, foldsTable, meanText } from "./folds-report.js";

const accuracyName = { en: "validation accuracy", zh: "验证精度" };

/** `torchlet cv mlp` */
export const mlpCv = defineCrossValidation({
  id: "mlp",
  title: {
    en: "Cross-validation: multilayer perceptron on Fashion-MNIST",
    zh: "交叉验证：Fashion-MNIST 上的多层感知机",
  },
  summary: {
    en: "validation accuracy of one setting, fold by fold, on training data alone",
    zh: "只用训练数据，逐折测量一组设置的验证精度",
  },
  options: {
    k: { type: "integer", default: 5, min: 2, max: 1000, help: { en: "folds", zh: "折数" } },
    repeat: {
      type: "integer",
      default: 1,
      min: 1,
      max: 1000,
      help: { en: "passes over the data, each with folds of its own", zh: "重复次数，每次重新分折" },
    },
    samples: {
      type: "integer",
      default: 10_000,
      min: 20,
      max: 60_000,
      help: { en: "samples of the training set, the first ones", zh: "使用训练集的前多少个样本" },
    },
    ...trainingOptions,
    epochs: {
      ...trainingOptions.epochs,
      help: { en: "passes over the training part of a fold", zh: "遍历每折训练部分的轮数" },
    },
    hidden: {
      type: "integer",
      default: 256,
      min: 1,
      max: 65_536,
      help: { en: "units of the hidden layer", zh: "隐藏层单元数" },
    },
    seed: { type: "integer", default: 0, min: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  garments: ({ samples }) => ({ train: samples, test: 10 }),
  async run({ report, signal, fashionMnist }, options) {
    const { k, repeat, samples, epochs, batchSize, lr, hidden, seed } = options;
    const begun = performance.now();
    const dataset = await fashionMnist();
    const { train, height, width } = dataset;
    if (samples > train.count) {
      throw new ValueError("cv-samples", {
        path: "cv mlp",
        rule: {
          en: `there are ${train.count} training samples, ${samples} were asked for`,
          zh: `训练集只有 ${train.count} 个样本，却要求 ${samples} 个`,
        },
        received: samples,
        hint: { en: "lower --samples", zh: "请减小 --samples" },
      });
    }
    const size = height * width;
    const X = torch
      .tensor(train.images.subarray(0, samples * size))
      .reshape(samples, 1, height, width)
      .to(torch.float32)
      .div(255);
    const y = torch.tensor(train.labels.subarray(0, samples)).to(torch.int32);
    const load = (performance.now() - begun) / 1000;
    const total = k * repeat * epochs;
    const { DataLoader, TensorDataset } = torch.utils.data;

    const evaluate: selection.FoldFunction<Tensor, Tensor> = async ([XTrain, yTrain], [XVal, yVal], { fold }) => {
      const net = new nn.Sequential(
        new nn.Flatten(),
        new nn.Linear(size, hidden),
        new nn.ReLU(),
        new nn.Linear(hidden, 10),
      );
      const updater = new torch.optim.SGD(net.parameters(), { lr });
      const step = trainStepOf(net, new nn.CrossEntropyLoss({ reduction: "none" }), updater);
      const loader = new DataLoader(new TensorDataset(XTrain, yTrain), { batchSize, shuffle: true });
      for (let epoch = 1; epoch <= epochs; epoch++) {
        net.train();
        for (const [images, labels] of loader) {
          step(images!, labels!);
          await torch.utils.data.breathe();
          signal.throwIfAborted();
        }
        const done = fold * epochs + epoch;
        report.progress({
          label: {
            en: `fold ${fold + 1} of ${k * repeat}, epoch ${epoch}`,
            zh: `第 ${fold + 1} / ${k * repeat} 折，第 ${epoch} 轮`,
          },
          done,
          total,
          secondsLeft: (((performance.now() - begun) / 1000 - load) / done) * (total - done),
        });
      }
      return { accuracy: evaluateAccuracy(net, new DataLoader(new TensorDataset(XVal, yVal), { batchSize: 1000 })) };
    };

    const { RepeatedStratifiedKFold, crossValidate } = torch.selection;
    const result = await crossValidate(evaluate, X, y, {
      cv: new RepeatedStratifiedKFold({ nSplits: k, nRepeats: repeat, seed }),
      seed,
      signal,
      onFold: ({ fold, scores, seconds }) =>
        report.metrics({ fold: fold + 1, validationAccuracy: scores["accuracy"]!, seconds }),
    });
    report.table(foldsTable(result, { accuracy: accuracyName }));
    report.figure(foldsChart(result, "accuracy", accuracyName));
    const [mean, deviation, error] = [result.mean, result.std, result.standardError].map((all) => all["accuracy"]!);
    report.text({
      en: `Validation accuracy ${meanText(mean!, deviation!)} over ${result.folds.length} folds (standard deviation); the mean is known to ± ${error!.toFixed(4)} (standard error). The test set was not touched.`,
      zh: `${result.folds.length} 折的验证精度为 ${meanText(mean!, deviation!)}（标准差）；均值的标准误为 ${error!.toFixed(4)}。没有使用测试集。`,
    });
    return {
      dataset: dataset.name,
      metrics: { validationAccuracy: mean!, standardDeviation: deviation!, standardError: error! },
      history: result.folds.map(({ fold, scores, seconds }) => ({
        fold: fold + 1,
        validationAccuracy: scores["accuracy"]!,
        seconds,
      })),
      seconds: { load, train: result.seconds },
    };
  },
});
