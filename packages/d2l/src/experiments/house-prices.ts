// House prices: the book's walk through a Kaggle competition, from two CSV files to a submission.

import * as torch from "torchlet";
import { type Localized, localize, type Tensor } from "torchlet";
import { type HouseFeatures, prepareHouses, readTable, readTables } from "../datasets/house-prices.js";
import { makeHouses } from "../datasets/house-prices-stand-in.js";
import { plot } from "../toolkit/plot.js";
import { defineExperiment } from "./experiment.js";
import { claims } from "./house-prices/claims.js";
import { meanImputation, standardized } from "./house-prices/statistics.js";
import { type FoldsResult, kFold, logRmse, pricesOf, type Settings, trainAndPred } from "./house-prices/train.js";
import { median } from "./measured.js";

/** Rates that suit prices are 500 times too large for their logarithms. */
const logRate = (lr: number) => lr / 500;

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
    const shape = ({ rows, columns }: typeof trainData) => `(${rows.length}, ${columns.length})`;
    const data = prepareHouses(files, { standardize });
    const known = standardize ? data : prepareHouses(files);
    const usual = shape(trainData) === "(1460, 81)" && shape(testData) === "(1459, 80)";
    firstRows();

    // Preprocessing.
    const shapes = `${shape(trainData)}, ${shape(testData)}, (${data.features.shape.join(", ")})`;
    if (usual) {
      check("columns", shapes, data.features.shape[1] === 331);
      const without = prepareHouses(files, { missing: ["NA", "", "None"] }).features.shape[1]!;
      check("none", without, without === 330 && data.features.shape[1] === 331);
    }
    const { mean, std, filled } = standardized(files, known);
    check(
      "standardized",
      `${mean.toExponential(1)}, ${std.toExponential(1)}, ${filled}`,
      mean < 1e-5 && std < 1e-5 && filled === 0,
    );
    const errorOf = (price: number, predicted: number) =>
      logRmse((X) => X, torch.tensor([[predicted]]), torch.tensor([[price]]));
    const relative = [errorOf(50_000, 55_000), errorOf(5e6, 5.5e6), errorOf(50_000, -1e5)];
    check(
      "relative",
      relative.map((value) => value.toFixed(5)).join(", "),
      relative.every((value, i) => Math.abs(value - Math.log([1.1, 1.1, 50_000][i]!)) < 1e-4),
    );

    const parts = ({ features, trainCount, testIds }: HouseFeatures) =>
      [features.narrow(0, 0, trainCount), features.narrow(0, trainCount, testIds.length)] as const;
    const [trainFeatures, testFeatures] = parts(data);
    const trainLabels = data.labels;
    const model = options.model as Settings["model"];
    const target = options.target as Settings["target"];
    const settings: Settings = {
      model,
      target,
      numEpochs: epochs,
      learningRate: target === "log" ? logRate(options.lr) : options.lr,
      weightDecay: options.weightDecay,
      batchSize: options.batchSize,
      signal,
    };
    const bookish =
      k === 5 &&
      epochs === 100 &&
      options.lr === 5 &&
      options.weightDecay === 0 &&
      options.batchSize === 64 &&
      model === "linear" &&
      target === "price" &&
      standardize;

    // K-fold cross-validation and model selection.
    const exercise = exercisesOf(settings).filter(
      ({ id }) => exercises === "all" || (exercises !== "none" && id === "raw"),
    );
    // What a claim is about is repeated.
    const repeats = (id: string) => (id === "raw" || id === "log" ? seeds : 1);
    const total = exercise.reduce((sum, { id }) => sum + repeats(id), seeds) * k + 1;
    let done = 0;
    const progress = (label: Localized) => report.progress({ label, done: done++, total });
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
      if (s === 0) showFolds(pass);
    }
    const [trainL, validL] = [median(passes.map(({ train }) => train)), median(passes.map(({ valid }) => valid))];
    if (usual && bookish && files.name === "house-prices") {
      check(
        "folds",
        `${trainL.toFixed(6)}, ${validL.toFixed(6)}`,
        Math.abs(trainL - 0.165458) < 0.02 && Math.abs(validL - 0.170293) < 0.02,
      );
    }
    if (bookish && files.name === "house-prices-stand-in") {
      check(
        "madeUp",
        `${trainL.toFixed(4)}, ${validL.toFixed(4)}`,
        Math.abs(trainL - 0.1669) < 0.003 && Math.abs(validL - 0.1711) < 0.003,
      );
    }
    const meanPrice = trainLabels.mean();
    const constant = logRmse((X) => meanPrice.expand([X.shape[0]!, 1]), trainLabels, trainLabels);
    if (bookish)
      check(
        "useful",
        `${validL.toFixed(4)} / ${constant.toFixed(4)} = ${(validL / constant).toFixed(3)}`,
        validL <= 0.5 * constant,
      );

    // Submitting predictions.
    torch.manualSeed(seed);
    const { trainLs, submission } = await trainAndPred(
      trainFeatures,
      testFeatures,
      trainLabels,
      data.testIds,
      settings,
    );
    if (signal.aborted) return { dataset: files.name };
    progress({ en: "training on all houses", zh: "用全部房屋训练" });
    plot(range(trainLs), [trainLs], {
      id: "full",
      xlabel: "epoch",
      ylabel: "log rmse",
      xlim: [1, epochs],
      yscale: "log",
    });
    report.attach("submission.csv", new TextEncoder().encode(submission));
    const full = trainLs.at(-1)!;
    report.text({
      en: `Trained on all houses: log rmse ${full.toFixed(6)}. The predictions are in submission.csv.`,
      zh: `用全部房屋训练：对数均方根误差 ${full.toFixed(6)}。预测结果在 submission.csv 中。`,
    });
    if (usual && bookish && files.name === "house-prices") check("full", full, Math.abs(full - 0.162354) < 0.02);
    const written = readTable(submission, "submission.csv");
    const inOrder = written.rows.every(
      ([id, price], i) => id === testData.rows[i]![0] && Number.isFinite(Number(price)),
    );
    check(
      "submission",
      `${written.columns.join()}; ${written.rows.length} rows${inOrder ? " in order" : ""}`,
      written.columns.join() === "Id,SalePrice" && written.rows.length === testData.rows.length && inOrder,
    );

    // Exercises: each changes one thing.
    const compared: { name: Localized; result: FoldsResult }[] = [
      { name: { en: "as above", zh: "同上" }, result: passes[0]! },
    ];
    for (const { id, name, change, raw } of exercise) {
      const features = raw ? parts(prepareHouses(files, { standardize: false }))[0] : trainFeatures;
      const runs: FoldsResult[] = [];
      for (let s = 0; s < repeats(id); s++) {
        torch.manualSeed(seed + s);
        runs.push(await kFold(k, features, trainLabels, { ...settings, ...change }, () => progress(name)));
        if (signal.aborted) return { dataset: files.name };
      }
      compared.push({ name, result: runs[0]! });
      const ratio = median(runs.map(({ valid }) => valid)) / validL;
      if (id === "raw" && bookish) check("raw", ratio, ratio > 1.25);
      if (id === "log" && bookish && files.name === "house-prices-stand-in") check("log", ratio, ratio < 0.95);
    }
    if (exercise.length > 0) comparison(compared);
    if (exercises === "all") imputation(known);
    return {
      dataset: files.name,
      metrics: { trainLogRmse: trainL, validLogRmse: validL, fullTrainLogRmse: full, constant },
    };

    function firstRows(): void {
      const columns = [0, 1, 2, 3, -3, -2, -1];
      report.table({
        caption: { en: "The first four houses", zh: "前四套房屋" },
        columns: columns.map((at) => ({ en: trainData.columns.at(at)!, zh: trainData.columns.at(at)! })),
        rows: trainData.rows.slice(0, 4).map((row) => columns.map((at) => row.at(at) ?? "NaN")),
      });
      const { numeric, names } = data;
      const counts = [numeric.length, names.length - numeric.length];
      report.text({
        en: `train ${shape(trainData)}, test ${shape(testData)}; ${counts[0]} numeric columns and ${counts[1]} categories, together ${names.length} features.`,
        zh: `训练集 ${shape(trainData)}，测试集 ${shape(testData)}；${counts[0]} 个数值列、${counts[1]} 个类别，共 ${names.length} 个特征。`,
      });
    }

    /** The book's figure of the first fold, its lines, and what that fold's model says about houses it never saw. */
    function showFolds({ train, valid, folds }: FoldsResult): void {
      const { trainLs, validLs, net } = folds[0]!;
      plot(range(trainLs), [trainLs, validLs], {
        id: "fold-1",
        xlabel: "epoch",
        ylabel: "rmse",
        xlim: [1, epochs],
        legend: ["train", "valid"],
        yscale: "log",
      });
      report.table({
        caption: { en: "Log rmse of the first pass, fold by fold", zh: "第一遍各折的对数均方根误差" },
        columns: [
          { en: "fold", zh: "折" },
          { en: "train", zh: "训练" },
          { en: "valid", zh: "验证" },
        ],
        rows: [
          ...folds.map((fold, i) => [String(i + 1), fold.trainLs.at(-1)!, fold.validLs.at(-1)!]),
          [localize({ en: "mean", zh: "平均" }), train, valid],
        ],
      });
      const size = Math.floor(trainLabels.shape[0]! / k);
      const list = (t: Tensor) => t.reshape(-1).tolist() as number[];
      const actual = list(trainLabels.narrow(0, 0, size));
      const predicted = torch.noGrad(() => list(pricesOf(net, target)(trainFeatures.narrow(0, 0, size))));
      const ends = [Math.min(...actual), Math.max(...actual)];
      report.figure({
        kind: "plot",
        id: "predictions",
        caption: localize({
          en: "Houses of the first fold, which its model never saw",
          zh: "第一折的房屋，其模型未曾见过",
        }),
        figsize: [4, 3.5],
        rows: 1,
        columns: 1,
        panels: [
          {
            xlabel: "price",
            ylabel: "predicted price",
            xscale: "log",
            yscale: "log",
            series: [
              {
                x: actual,
                y: predicted.map((price) => Math.max(price, 1)),
                format: "o",
                label: localize({ en: "a house", zh: "一套房屋" }),
              },
              { x: ends, y: ends, format: "r--", label: localize({ en: "as it is", zh: "完全准确" }) },
            ],
          },
        ],
      });
    }

    function comparison(compared: readonly { name: Localized; result: FoldsResult }[]): void {
      report.table({
        caption: {
          en: "Exercises: one thing changed, mean log rmse of the folds",
          zh: "练习：每次改变一处，各折对数均方根误差的平均",
        },
        columns: [
          { en: "change", zh: "改变" },
          { en: "train", zh: "训练" },
          { en: "valid", zh: "验证" },
        ],
        rows: compared.map(({ name, result }) => [localize(name), result.train, result.valid]),
      });
      const formats = ["-", "m--", "g-.", "r:", "C7-", "C5--"];
      report.figure({
        kind: "plot",
        id: "exercises",
        caption: localize({ en: "Validation error of the first fold", zh: "第一折的验证误差" }),
        figsize: [5, 3.25],
        rows: 1,
        columns: 1,
        panels: [
          {
            xlabel: "epoch",
            ylabel: "log rmse",
            yscale: "log",
            xlim: [1, epochs],
            series: compared.map(({ name, result }, i) => {
              const y = result.folds[0]!.validLs;
              return { x: range(y), y, label: localize(name), format: formats[i]! };
            }),
          },
        ],
      });
    }

    function imputation({ features, names, trainCount }: HouseFeatures): void {
      const column = Math.max(0, names.indexOf("OverallQual"));
      const feature = features.narrow(0, 0, trainCount).select(1, column);
      const runs = Array.from({ length: 5 }, (_, s) => meanImputation(feature, trainLabels, seed + s));
      const { complete, above, indicated } = runs[0]!;
      const random = median(runs.map((one) => one.random));
      report.table({
        caption: {
          en: `The log price from ${names[column]} alone, with missing values replaced by the mean`,
          zh: `仅由 ${names[column]} 预测对数价格，缺失值用均值填补`,
        },
        columns: [
          { en: "missing", zh: "缺失" },
          { en: "rmse", zh: "均方根误差" },
        ],
        rows: [
          [localize({ en: "nothing", zh: "无" }), complete],
          [localize({ en: "as many, at random", zh: "同样多，随机" }), random],
          [localize({ en: "all above the mean", zh: "所有高于均值者" }), above],
          [localize({ en: "the same, with a column that says so", zh: "同上，另加一列指明" }), indicated],
        ],
      });
      if (!usual) return;
      check(
        "imputation",
        `${random.toFixed(4)} < ${above.toFixed(4)}; ${indicated.toFixed(4)} < ${random.toFixed(4)}`,
        random < above && indicated < random,
      );
    }
  },
});

const range = (values: readonly number[]) => values.map((_, i) => i + 1);

interface Exercise {
  readonly id: string;
  readonly name: Localized;
  readonly change: Partial<Settings>;
  /** Numbers as they are. */
  readonly raw?: boolean;
}

/** What the book asks to try; each differs from the settings in one thing. */
function exercisesOf({ learningRate, target }: Settings): readonly Exercise[] {
  const toLog = target === "log" ? {} : ({ target: "log", learningRate: logRate(learningRate) } as const);
  const hidden = { ...toLog, model: "hidden", learningRate: (toLog.learningRate ?? learningRate) / 5 } as const;
  return [
    { id: "raw", name: { en: "not standardized", zh: "不做标准化" }, change: {}, raw: true },
    { id: "decay", name: { en: "weight decay 1", zh: "权重衰减 1" }, change: { weightDecay: 1 } },
    { id: "log", name: { en: "log price", zh: "对数价格" }, change: toLog },
    { id: "hidden", name: { en: "log price, hidden layer", zh: "对数价格，隐藏层" }, change: hidden },
  ];
}
