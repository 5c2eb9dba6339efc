// What the experiment on house prices draws and tabulates.
import { type Localized, localize } from "torchlet";
import type { HouseFeatures, TextTable } from "../../datasets/house-prices.js";
import type { PlotFigure } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import type { Imputation } from "./statistics.js";
import type { FoldsResult } from "./train.js";

/** 1, 2, 3, ...: the epochs of a curve. */
export const epochsOf = (values: readonly unknown[]) => values.map((_, i) => i + 1);

const parts = [
  { en: "train", zh: "训练" },
  { en: "valid", zh: "验证" },
] as const;

/** Seven columns of four houses, as the book prints them. */
export function firstRows({ columns, rows }: TextTable): Table {
  const shown = [0, 1, 2, 3, -3, -2, -1].filter((at) => columns.at(at) !== undefined);
  return {
    caption: { en: "The first four houses", zh: "前四套房屋" },
    columns: shown.map((at) => ({ en: columns.at(at)!, zh: columns.at(at)! })),
    rows: rows.slice(0, 4).map((row) => shown.map((at) => row.at(at) ?? "NaN")),
  };
}

/** What the columns became. */
export function columnsText(shapes: { train: string; test: string }, { numeric, names }: HouseFeatures): Localized {
  const categories = names.length - numeric.length;
  return {
    en: `train ${shapes.train}, test ${shapes.test}; ${numeric.length} numeric columns and ${categories} categories, together ${names.length} features.`,
    zh: `训练集 ${shapes.train}，测试集 ${shapes.test}；${numeric.length} 个数值列、${categories} 个类别，共 ${names.length} 个特征。`,
  };
}

/** The book's lines, "fold 1, train log rmse ..., valid log rmse ...", as a table. */
export function foldsTable({ train, valid, folds }: FoldsResult): Table {
  return {
    caption: { en: "Log rmse of the first pass, fold by fold", zh: "第一遍各折的对数均方根误差" },
    columns: [{ en: "fold", zh: "折" }, ...parts],
    rows: [
      ...folds.map((fold, i) => [String(i + 1), fold.trainLs.at(-1)!, fold.validLs.at(-1)!]),
      [{ en: "mean", zh: "平均" }, train, valid],
    ],
  };
}

/** Prices against what a model says about houses that it never saw. */
export function predictionsFigure(actual: readonly number[], predicted: readonly number[]): PlotFigure {
  const ends = [Math.min(...actual), Math.max(...actual)];
  return {
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
        xlabel: localize({ en: "price", zh: "价格" }),
        ylabel: localize({ en: "predicted price", zh: "预测价格" }),
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
  };
}

/** A training with its name. */
export interface Compared {
  readonly name: Localized;
  readonly result: FoldsResult;
}

/** Means of the folds for each change: what a choice by k-fold cross-validation is made from. */
export function comparisonTable(compared: readonly Compared[]): Table {
  return {
    caption: {
      en: "Exercises: one thing changed, mean log rmse of the folds",
      zh: "练习：每次改变一处，各折对数均方根误差的平均",
    },
    columns: [{ en: "change", zh: "改变" }, ...parts],
    rows: compared.map(({ name, result }) => [name, result.train, result.valid]),
  };
}

/** Their validation errors, epoch by epoch. */
export function comparisonFigure(compared: readonly Compared[], epochs: number): PlotFigure {
  const formats = ["-", "m--", "g-.", "r:", "C7-", "C5--"];
  return {
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
          return { x: epochsOf(y), y, label: localize(name), format: formats[i]! };
        }),
      },
    ],
  };
}

/** What the mean in place of missing values costs. */
export function imputationTable(column: string, { complete, above, indicated }: Imputation, random: number): Table {
  return {
    caption: {
      en: `The log price from ${column} alone, with missing values replaced by the mean`,
      zh: `仅由 ${column} 预测对数价格，缺失值用均值填补`,
    },
    columns: [
      { en: "missing", zh: "缺失" },
      { en: "rmse", zh: "均方根误差" },
    ],
    rows: [
      [{ en: "nothing", zh: "无" }, complete],
      [{ en: "as many, at random", zh: "同样多，随机" }, random],
      [{ en: "all above the mean", zh: "所有高于均值者" }, above],
      [{ en: "the same, with a column that says so", zh: "同上，另加一列指明" }, indicated],
    ],
  };
}
