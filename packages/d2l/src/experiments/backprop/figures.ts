// What the experiment on backpropagation draws and tabulates.
import { localize, type Tensor } from "torchlet";
import type { PlotFigure, Series } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import { computationGraph, figureOf } from "../../visualize/index.js";
import type { Cost, Stored } from "./measure.js";

/** The book's equations; b1 and b2 as in exercise 2. */
const equations = {
  o: "o - y",
  W2: "∂J/∂o hᵀ + λ W2",
  h: "W2ᵀ ∂J/∂o",
  z: "∂J/∂h ⊙ φ'(z)",
  W1: "∂J/∂z xᵀ + λ W1",
  b1: "∂J/∂z",
  b2: "∂J/∂o",
} as const;

/** Each equation with how far it is from autograd's gradient. */
export function equationsTable(found: Readonly<Record<string, number>>): Table {
  return {
    caption: { en: "Backpropagation by hand against autograd", zh: "手工反向传播与自动求导的比较" },
    columns: [
      { en: "gradient", zh: "梯度" },
      { en: "equation", zh: "公式" },
      { en: "largest relative difference", zh: "最大相对差" },
    ],
    rows: Object.entries(equations).map(([name, equation]) => [
      `∂J/∂${name}`,
      equation,
      (found[name] ?? Number.NaN).toExponential(1),
    ]),
  };
}

/** A graph as it was recorded. */
export function graphFigure(J: Tensor, names: Readonly<Record<string, Tensor>>, bias: boolean): PlotFigure {
  const caption = bias
    ? {
        en: "The same with biases b1 and b2 (exercise 2): two more additions",
        zh: "加上偏置 b1 与 b2（练习 2）：多出两个加法",
      }
    : {
        en: "The graph of J = L + s: squares are variables, circles operations; the backward pass walks from right to left",
        zh: "J = L + s 的计算图：方块为变量，圆圈为运算；反向传播从右向左进行",
      };
  return figureOf(bias ? "graph-bias" : "graph", [computationGraph(J, { names })], {
    panelSize: [9.5, 3.2],
    caption: localize(caption),
  });
}

/** Bytes that the backward pass finds stored, by the number of layers and by the batch. */
export function memoryFigure(byLayers: readonly Stored[], byBatch: readonly Stored[]): PlotFigure {
  const curves = (some: readonly Stored[]): Series[] => [
    {
      x: some.map(({ size }) => size),
      y: some.map(({ training }) => training / 1024),
      label: localize({ en: "training", zh: "训练" }),
      format: "C0-o",
    },
    {
      x: some.map(({ size }) => size),
      y: some.map(({ prediction }) => prediction / 1024),
      label: localize({ en: "prediction", zh: "预测" }),
      format: "C1--o",
    },
  ];
  const ylabel = localize({ en: "stored KiB", zh: "存储量（KiB）" });
  return figureOf(
    "memory",
    [
      {
        title: localize({ en: "batch of 128", zh: "批量 128" }),
        xlabel: localize({ en: "layers", zh: "层数" }),
        ylabel,
        series: curves(byLayers),
      },
      {
        title: localize({ en: "4 layers", zh: "4 层" }),
        xlabel: localize({ en: "batch size", zh: "批量大小" }),
        ylabel,
        series: curves(byBatch),
      },
    ],
    {
      caption: localize({
        en: "Activations that are kept for the backward pass (exercise 3)",
        zh: "为反向传播保留的激活值（练习 3）",
      }),
    },
  );
}

/** The second derivatives as a picture, and the times that it takes to have them. */
export function secondDerivativesFigure(H: Tensor, costs: readonly Cost[]): PlotFigure {
  const n = H.shape[0]!;
  const entries = H.reshape(-1).tolist() as number[];
  const weight = localize({ en: "weight", zh: "权重" });
  const parameters = costs.map((cost) => cost.parameters);
  return figureOf(
    "second-derivatives",
    [
      {
        title: "∂²J / ∂W1 ∂W1",
        xlabel: weight,
        ylabel: weight,
        xlim: [0, n],
        ylim: [0, n],
        series: [],
        marks: [{ kind: "field", style: "cells", x: [0, n], y: [0, n], columns: n, rows: n, values: entries }],
        colorbar: {
          limits: [Math.min(...entries), Math.max(...entries)],
          label: localize({ en: "second derivative", zh: "二阶导数" }),
        },
      },
      {
        xlabel: localize({ en: "parameters", zh: "参数个数" }),
        ylabel: localize({ en: "milliseconds", zh: "毫秒" }),
        xscale: "log",
        yscale: "log",
        series: [
          {
            x: parameters,
            y: costs.map(({ all }) => all),
            label: localize({ en: "all second derivatives", zh: "全部二阶导数" }),
            format: "C3-o",
          },
          {
            x: parameters,
            y: costs.map(({ product }) => product),
            label: localize({ en: "times a vector", zh: "与向量的乘积" }),
            format: "C1--o",
          },
          {
            x: parameters,
            y: costs.map(({ gradient }) => gradient),
            label: localize({ en: "gradient", zh: "梯度" }),
            format: "C0-.o",
          },
        ],
      },
    ],
    {
      panelSize: [3.8, 3],
      caption: localize({
        en: "Second derivatives of the objective by the first layer's weights, and what they cost (exercise 4)",
        zh: "目标函数对第一层权重的二阶导数及其代价（练习 4）",
      }),
    },
  );
}
