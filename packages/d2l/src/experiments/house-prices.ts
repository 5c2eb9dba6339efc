// House prices: the book's walk through a Kaggle competition, from two CSV files to a submission.

import * as torch from "torchlet";
import { type Localized, localize, type Tensor } from "torchlet";
import { type HouseFeatures, prepareHouses, readTable, readTables } from "../datasets/house-prices.js";
import { makeHouses } from "../datasets/house-prices-stand-in.js";
import { plot } from "../toolkit/plot.js";
import { defineExperiment } from "./experiment.js";
import { claims, labels, limits } from "./house-prices/claims.js";
import { exercisesOf, logRate } from "./house-prices/exercises.js";
import {
  type Compared,
  columnsText,
  comparisonFigure,
  comparisonTable,
  epochsOf,
  firstRows,
  foldsTable,
  imputationTable,
  predictionsFigure,
} from "./house-prices/figures.js";
import { meanImputation, standardized } from "./house-prices/statistics.js";
import {
  ensemble,
  type FoldsResult,
  kFold,
  logRmse,
  pricesOf,
  type Settings,
  submissionOf,
  trainAndPred,
} from "./house-prices/train.js";
import { median, within } from "./measured.js";

const list = (t: Tensor) => t.reshape(-1).tolist() as number[];

/** `torchlet run house-prices` */
export const housePrices = defineExperiment({
  id: "house-prices",
  section: "book.kaggle",
  title: { en: "House prices: a Kaggle competition", zh: "房价预测：一次 Kaggle 比赛" },
  summary: {
    en: "79 columns become 331 numbers, 5 folds judge a linear model, and a submission is written",
    zh: "把 79 列变成 331 个数值特征，用 5 折评估线性模型，并写出提交文件",
  },
  explain: {
    shows: {
      en: "Two CSV files, with prices and without: numeric columns are standardized, categories become one column each, a linear model is trained with Adam, five folds say how good it is, and its predictions are written as submission.csv. With train.csv and test.csv in the folder of --data the houses are real; otherwise the program makes them up.",
      zh: "两个 CSV 文件，一个有价格，一个没有：对数值列做标准化，把每个类别变成一列，用 Adam 训练线性模型，用五折评估其优劣，并把预测写入 submission.csv。若 --data 的目录中有 train.csv 和 test.csv，使用真实数据；否则由程序编造。",
    },
    lookFor: [
      {
        en: "The error is that of the logarithm: 10 % too much counts the same for a cheap house and for a dear one.",
        zh: "误差按对数计算：高估 10 %，对便宜与昂贵的房屋是一样的。",
      },
      {
        en: "Both curves fall together: the linear model is too weak to overfit much.",
        zh: "两条曲线一同下降：线性模型能力有限，不易严重过拟合。",
      },
      {
        en: "Without standardization the same training is far worse: columns in the thousands drown those with ones.",
        zh: "不做标准化时，同样的训练差得多：数值上千的列会淹没取值为一的列。",
      },
    ],
  },
  covers: [],
  corrections: ["P33", "P34"],
  claims,
  labels,
  options: {
    k: { type: "integer", default: 5, min: 2, max: 100, help: { en: "folds", zh: "折数" } },
    epochs: {
      type: "integer",
      default: 100,
      min: 2,
      max: 100_000,
      help: { en: "epochs of each training", zh: "每次训练的轮数" },
    },
    lr: {
      type: "number",
      default: 5,
      min: 0,
      help: {
        en: "learning rate; a 500th of it where the logarithm is predicted",
        zh: "学习率；预测对数时取其 500 分之一",
      },
    },
    weightDecay: { type: "number", default: 0, min: 0, help: { en: "weight decay", zh: "权重衰减" } },
    batchSize: { type: "integer", default: 64, min: 1, help: { en: "houses in a batch", zh: "每批房屋数" } },
    model: {
      type: "choice",
      default: "linear",
      choices: ["linear", "hidden"],
      help: { en: "linear, or with a hidden layer of 64 units", zh: "线性模型，或含 64 个隐藏单元的模型" },
    },
    target: {
      type: "choice",
      default: "price",
      choices: ["price", "log"],
      help: { en: "what is predicted: the price or its logarithm", zh: "预测的目标：价格或其对数" },
    },
    standardize: {
      type: "boolean",
      default: true,
      help: { en: "standardize numeric columns", zh: "对数值列做标准化" },
    },
    exercises: {
      type: "choice",
      default: "all",
      choices: ["all", "standardization", "none"],
      help: { en: "which exercises of the book to compare", zh: "与书中哪些练习比较" },
    },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "passes over the folds", zh: "遍历各折的次数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { seeds: 1, exercises: "standardization" },
  async run({ report, signal, houses, check }, options) {
    const { k, epochs, standardize, exercises, seeds, seed } = options;

    // Accessing and reading the data.
    const files = (await houses?.()) ?? makeHouses();
    const { train: trainData, test: testData } = readTables(files);
    const shapeOf = ({ rows, columns }: typeof trainData) => `(${rows.length}, ${columns.length})`;
    const shapes = { train: shapeOf(trainData), test: shapeOf(testData) };
    // Kaggle's files, or made up as those are; what a user has changed may have other categories.
    const kaggle = files.name === "house-prices";
    const standIn = files.name === "house-prices-stand-in";
    report.table(firstRows(trainData));

    // Preprocessing.
    const data = prepareHouses(files, { standardize });
    const known = standardize ? data : prepareHouses(files);
    report.text(columnsText(shapes, data));
    if (kaggle || standIn) {
      const text = `${shapes.train}, ${shapes.test}, (${data.features.shape.join(", ")})`;
      check("columns", text, text === claims.columns.expected);
      const without = prepareHouses(files, { missing: ["NA", "", "None"] }).features.shape[1]!;
      check("none", without, without === limits.withoutNone);
    }
    const { mean, std, filled } = standardized(files, known);
    check(
      "standardized",
      `${mean.toExponential(1)}, ${std.toExponential(1)}; ${filled}`,
      mean < limits.standardized && std < limits.standardized && filled === 0,
    );

    // Training: the error of the logarithms.
    const errorOf = (price: number, predicted: number) =>
      logRmse((X) => X, torch.tensor([[predicted]]), torch.tensor([[price]]));
    const relative = [errorOf(50_000, 55_000), errorOf(5e6, 5.5e6), errorOf(50_000, -1e5)];
    const logarithms = [Math.log(1.1), Math.log(1.1), Math.log(50_000)];
    check(
      "relative",
      relative.map((value) => value.toFixed(5)).join(", "),
      relative.every((value, i) => within(value, logarithms[i]!, limits.relative)),
    );
    const parts = ({ features, trainCount, testIds }: HouseFeatures) =>
      [features.narrow(0, 0, trainCount), features.narrow(0, trainCount, testIds.length)] as const;
    const [trainFeatures, testFeatures] = parts(data);
    const trainLabels = data.labels;
    const target = options.target as Settings["target"];
    const settings: Settings = {
      model: options.model as Settings["model"],
      target,
      numEpochs: epochs,
      learningRate: target === "log" ? logRate(options.lr) : options.lr,
      weightDecay: options.weightDecay,
      batchSize: options.batchSize,
      signal,
    };
    // Claims are made for the book's settings, and for about as many houses.
    const bookish =
      data.trainCount >= 1000 &&
      k === 5 &&
      epochs === 100 &&
      options.lr === 5 &&
      options.weightDecay === 0 &&
      options.batchSize === 64 &&
      options.model === "linear" &&
      target === "price" &&
      standardize;

    // K-fold cross-validation.
    const chosen = exercisesOf(settings).filter(
      ({ id }) => exercises === "all" || (exercises === "standardization" && id === "raw"),
    );
    // What a claim is about is repeated.
    const repeats = (id: string) => (id === "raw" || id === "log" ? seeds : 1);
    const total = chosen.reduce((sum, { id }) => sum + repeats(id), seeds) * k + 1;
    let done = 0;
    const progress = (label: Localized) => report.progress({ label, done: ++done, total });
    const passes: FoldsResult[] = [];
    for (let s = 0; s < seeds; s++) {
      torch.manualSeed(seed + s);
      const pass = await kFold(k, trainFeatures, trainLabels, settings, (i) =>
        progress({
          en: `pass ${s + 1} of ${seeds}, fold ${i + 1}`,
          zh: `第 ${s + 1} 遍（共 ${seeds} 遍），第 ${i + 1} 折`,
        }),
      );
      if (signal.aborted) return { dataset: files.name };
      passes.push(pass);
      if (s > 0) continue;
      const { trainLs, validLs, net } = pass.folds[0]!;
      plot(epochsOf(trainLs), [trainLs, validLs], {
        id: "fold-1",
        caption: localize({ en: "The first fold", zh: "第一折" }),
        xlabel: "epoch",
        ylabel: "rmse",
        xlim: [1, epochs],
        legend: ["train", "valid"],
        yscale: "log",
      });
      report.table(foldsTable(pass));
      const size = Math.floor(trainLabels.shape[0]! / k);
      const predicted = torch.noGrad(() => pricesOf(net, target)(trainFeatures.narrow(0, 0, size)));
      report.figure(predictionsFigure(list(trainLabels.narrow(0, 0, size)), list(predicted)));
    }
    const [trainL, validL] = [median(passes.map(({ train }) => train)), median(passes.map(({ valid }) => valid))];
    const agree = ([train, valid]: readonly [number, number], tolerance: number) =>
      within(trainL, train, tolerance) && within(validL, valid, tolerance);
    if (bookish && kaggle) {
      check("folds", `${trainL.toFixed(6)}, ${validL.toFixed(6)}`, agree(limits.folds, limits.foldsBy));
    }
    if (bookish && standIn) {
      check("madeUp", `${trainL.toFixed(4)}, ${validL.toFixed(4)}`, agree(limits.madeUp, limits.madeUpBy));
    }
    const meanPrice = trainLabels.mean();
    const constant = logRmse((X) => meanPrice.expand([X.shape[0]!, 1]), trainLabels, trainLabels);
    if (bookish) {
      const ratio = validL / constant;
      check("useful", `${validL.toFixed(4)} / ${constant.toFixed(4)} = ${ratio.toFixed(3)}`, ratio <= limits.useful);
    }

    // Submitting predictions.
    torch.manualSeed(seed);
    const { trainLs, preds } = await trainAndPred(trainFeatures, testFeatures, trainLabels, settings);
    if (signal.aborted) return { dataset: files.name };
    progress({ en: "training on all houses", zh: "用全部房屋训练" });
    plot(epochsOf(trainLs), [trainLs], {
      id: "full",
      caption: localize({ en: "Trained on all houses", zh: "用全部房屋训练" }),
      xlabel: "epoch",
      ylabel: "log rmse",
      xlim: [1, epochs],
      yscale: "log",
    });
    const submission = submissionOf(data.testIds, preds);
    report.attach("submission.csv", new TextEncoder().encode(submission));
    const full = trainLs.at(-1)!;
    report.text({
      en: `Trained on all houses: log rmse ${full.toFixed(6)}. The predictions are in submission.csv.`,
      zh: `用全部房屋训练：对数均方根误差 ${full.toFixed(6)}。预测结果在 submission.csv 中。`,
    });
    if (bookish && kaggle) check("full", full, within(full, limits.full, limits.fullBy));
    const written = readTable(submission, "submission.csv");
    const inOrder = written.rows.every(([id, price], i) => id === testData.rows[i]![0] && Number(price) > 0);
    const { length } = written.rows;
    check(
      "submission",
      {
        en: `${written.columns.join()}; ${length} rows${inOrder ? ", in order" : ""}`,
        zh: `${written.columns.join()}；${length} 行${inOrder ? "，顺序一致" : ""}`,
      },
      written.columns.join() === "Id,SalePrice" && length === testData.rows.length && inOrder,
    );
    const together = ensemble(passes[0]!.folds, testFeatures, target);
    report.attach("submission-ensemble.csv", new TextEncoder().encode(submissionOf(data.testIds, together)));
    if (bookish) {
      const away = median(list(together.div(preds).sub(1).abs()));
      check("ensemble", away, away <= limits.ensemble);
    }

    // Model selection and the exercises: one thing changed at a time, judged by the folds.
    const compared: Compared[] = [{ name: { en: "as above", zh: "同上" }, result: passes[0]! }];
    for (const { id, name, change, raw } of chosen) {
      const features = raw ? parts(prepareHouses(files, { standardize: false }))[0] : trainFeatures;
      const runs: FoldsResult[] = [];
      for (let s = 0; s < repeats(id); s++) {
        torch.manualSeed(seed + s);
        runs.push(await kFold(k, features, trainLabels, { ...settings, ...change }, () => progress(name)));
        if (signal.aborted) return { dataset: files.name };
      }
      compared.push({ name, result: runs[0]! });
      const ratio = median(runs.map(({ valid }) => valid)) / validL;
      if (id === "raw" && bookish) check("raw", ratio, ratio > limits.raw);
      if (id === "log" && bookish && standIn) check("log", ratio, ratio < limits.log);
    }
    if (chosen.length > 0) {
      report.table(comparisonTable(compared));
      report.figure(comparisonFigure(compared, epochs));
      const best = compared.reduce((a, b) => (b.result.valid < a.result.valid ? b : a));
      report.text({
        en: `By its folds one would choose "${best.name.en}": validation error ${best.result.valid.toFixed(4)}. Such a choice is tuned to these folds; Kaggle's score tells what it is worth.`,
        zh: `按各折的验证误差应选“${best.name.zh}”：验证误差 ${best.result.valid.toFixed(4)}。这一选择已迁就这些折，其真正价值要看 Kaggle 的评分。`,
      });
    }
    if (exercises === "all") {
      const column = Math.max(0, known.names.indexOf("OverallQual"));
      const feature = known.features.narrow(0, 0, known.trainCount).select(1, column);
      const runs = Array.from({ length: 5 }, (_, s) => meanImputation(feature, trainLabels, seed + s));
      const { above, indicated } = runs[0]!;
      const random = median(runs.map((run) => run.random));
      report.table(imputationTable(known.names[column]!, runs[0]!, random));
      if (kaggle || standIn) {
        check(
          "imputation",
          `${random.toFixed(4)} < ${above.toFixed(4)}; ${indicated.toFixed(4)} < ${random.toFixed(4)}`,
          random < above && indicated < random,
        );
      }
    }
    return {
      dataset: files.name,
      metrics: { trainLogRmse: trainL, validLogRmse: validL, fullTrainLogRmse: full, constant },
    };
  },
});
