// The book's section on forward and backward propagation: by hand and by autograd, the graph drawn; exercises 1 to 4.

import * as torch from "torchlet";
import { localize } from "torchlet";
import { computationGraph, figureOf } from "../visualize/index.js";
import { type Activation, backward, drawInputs, forward } from "./backprop/by-hand.js";
import { claims } from "./backprop/claims.js";
import { activationBytes, storedBytes } from "./backprop/memory.js";
import { gradientOf, hessian, hessianVector } from "./backprop/second.js";
import { defineExperiment } from "./experiment.js";

/** The largest difference, as a share of the largest number. */
function difference(a: torch.Tensor, b: torch.Tensor): number {
  return a.sub(b).abs().max().item() / Math.max(1e-30, b.abs().max().item());
}

/** Milliseconds of a call, the best of some. */
function milliseconds(f: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    f();
    return performance.now() - begun;
  });
  // Some clocks of browsers tick only every tenth of a millisecond.
  return Math.max(0.001, Math.min(...times));
}

/** `torchlet run backprop` */
export const backprop = defineExperiment({
  id: "backprop",
  section: "book.backprop",
  title: { en: "Forward and backward propagation", zh: "前向传播与反向传播" },
  summary: {
    en: "gradients by hand and by autograd, the computational graph, memory, second derivatives",
    zh: "手工与自动求导的梯度、计算图、内存占用与二阶导数",
  },
  explain: {
    shows: {
      en: "A network with one hidden layer and an L2 penalty: its gradients are derived by hand from the chain rule and compared with autograd's; the graph that autograd recorded is drawn. Then the book's exercises: the shape of a gradient, biases, what training has to keep in memory, and second derivatives.",
      zh: "含一个隐藏层与 L2 惩罚的网络：按链式法则手工推导梯度并与自动求导比较，再画出自动求导记录的计算图。随后是书中的练习：梯度的形状、偏置、训练所需的内存，以及二阶导数。",
    },
    lookFor: [
      {
        en: "The backward pass reads what the forward pass stored: h for W2's gradient, z for the activation's slope, x for W1's.",
        zh: "反向传播要读取前向传播存下的值：求 W2 的梯度用 h，求激活函数的斜率用 z，求 W1 的梯度用 x。",
      },
      {
        en: "Stored bytes grow in proportion to the number of layers and to the batch; prediction stores nothing.",
        zh: "存储的字节数与层数和批量大小成正比；预测时不存储任何值。",
      },
      {
        en: "A product of second derivatives with one vector costs about as much as a few gradients; all of them take a pass for each parameter.",
        zh: "二阶导数与一个向量的乘积只需几次梯度的代价；而求出全部二阶导数则每个参数需要一遍反向传播。",
      },
    ],
  },
  covers: [],
  claims,
  options: {
    inputs: { type: "integer", default: 4, min: 1, max: 1000, help: { en: "inputs", zh: "输入个数" } },
    hidden: { type: "integer", default: 5, min: 1, max: 1000, help: { en: "hidden units", zh: "隐藏单元数" } },
    outputs: { type: "integer", default: 3, min: 1, max: 1000, help: { en: "outputs", zh: "输出个数" } },
    lambd: { type: "number", default: 0.1, min: 0, help: { en: "weight of the penalty", zh: "惩罚项的权重" } },
    activation: {
      type: "choice",
      default: "tanh",
      choices: ["relu", "tanh", "sigmoid"],
      help: { en: "activation in graphs and second derivatives", zh: "计算图与二阶导数所用的激活函数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 1000, help: { en: "random networks", zh: "随机网络数" } },
    seed: { type: "integer", default: 0, min: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: {},
  async run({ report, signal, check }, { inputs: d, hidden, outputs: q, lambd, activation, seeds, seed }) {
    const chosen = activation as Activation;

    // By hand and by autograd, without and with biases.
    const found: Record<string, number> = {};
    let [shapesRight, shapes] = [0, 0];
    for (let s = seed; s < seed + seeds; s++) {
      for (const phi of ["relu", "tanh", "sigmoid"] as const) {
        for (const bias of [false, true]) {
          torch.manualSeed(s);
          const inputs = drawInputs(d, hidden, q, bias);
          const variables = forward(inputs, { activation: phi, lambd });
          const { z, h, o, J } = variables;
          for (const computed of [z, h, o]) computed.retainGrad();
          const ours = backward(inputs, variables, { activation: phi, lambd });
          J.backward();
          const theirs: Record<string, torch.Tensor | undefined> = { ...inputs, z, h, o };
          for (const [name, gradient] of Object.entries(ours)) {
            const variable = theirs[name]!;
            const key = bias ? `${name}, with bias` : name;
            found[key] = Math.max(found[key] ?? 0, difference(gradient, variable.grad!));
            shapes++;
            if (variable.grad!.shape.join() === variable.shape.join()) shapesRight++;
          }
        }
      }
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    const equations = {
      o: "o - y",
      W2: "∂J/∂o hᵀ + λ W2",
      h: "W2ᵀ ∂J/∂o",
      z: "∂J/∂h ⊙ φ'(z)",
      W1: "∂J/∂z xᵀ + λ W1",
      "b1, with bias": "∂J/∂z",
      "b2, with bias": "∂J/∂o",
    };
    report.table({
      caption: { en: "Backpropagation by hand against autograd", zh: "手工反向传播与自动求导的比较" },
      columns: [
        { en: "gradient", zh: "梯度" },
        { en: "equation", zh: "公式" },
        { en: "largest relative difference", zh: "最大相对误差" },
      ],
      rows: Object.entries(equations).map(([name, equation]) => [
        `∂J/∂${name.split(",")[0]}`,
        equation,
        found[name]!.toExponential(1),
      ]),
    });
    const worst = (withBias: boolean) =>
      Math.max(...Object.entries(found).map(([name, value]) => (name.includes("bias") === withBias ? value : 0)));
    check("byHand", worst(false), worst(false) <= 1e-5);
    check("bias", worst(true), worst(true) <= 1e-5);
    check("shapes", `${shapesRight} of ${shapes}`, shapesRight === shapes);

    // The graphs, as they were recorded.
    torch.manualSeed(seed);
    const drawn = [false, true].map((bias) => {
      const inputs = drawInputs(d, hidden, q, bias);
      const names = { ...inputs, ...forward(inputs, { activation: chosen, lambd }) } as Record<string, torch.Tensor>;
      return { J: names["J"]!, names };
    });
    for (const [i, { J, names }] of drawn.entries()) {
      report.figure(
        figureOf(i === 0 ? "graph" : "graph-bias", [computationGraph(J, { names })], {
          panelSize: [9.5, 3.2],
          caption:
            i === 0
              ? localize({
                  en: "The graph of J = L + s: squares are variables, circles operations; the backward pass walks from right to left",
                  zh: "J = L + s 的计算图：方块为变量，圆圈为运算；反向传播从右向左进行",
                })
              : localize({
                  en: "The same with biases b1 and b2 (exercise 2): two more additions",
                  zh: "加上偏置 b1 与 b2（练习 2）：多出两个加法",
                }),
        }),
      );
    }
    const { J, names } = drawn[0]!;
    const { vertices } = torch.autograd.graphOf(J, names);
    const variables = new Set(vertices.filter(({ kind }) => kind === "variable").map(({ name }) => name));
    const wanted = ["x", "y", "W1", "W2", "z", "h", "o", "L", "s", "J"];
    const there = wanted.filter((name) => variables.has(name));
    const readers = torch.autograd.graphOf(J, names).edges.filter(([from]) => vertices[from]!.name === "J");
    check("graph", there.join(", "), there.length === wanted.length && readers.length === 0);

    // What training keeps (exercise 3).
    const width = 64;
    const layers = [2, 4, 8, 16];
    const batches = [32, 64, 128, 256];
    const byLayers = layers.map((n) => activationBytes(n, 128, width));
    const byBatch = batches.map((n) => activationBytes(4, n, width));
    const kilobytes = (some: typeof byLayers) => some.map(({ training }) => training / 1024);
    report.figure(
      figureOf(
        "memory",
        [
          {
            xlabel: "layers",
            ylabel: "stored KiB",
            title: "batch of 128",
            series: [
              { x: layers, y: kilobytes(byLayers), label: "training", format: "C0-o" },
              {
                x: layers,
                y: byLayers.map(({ prediction }) => prediction / 1024),
                label: "prediction",
                format: "C1--o",
              },
            ],
          },
          {
            xlabel: "batch size",
            ylabel: "stored KiB",
            title: "4 layers",
            series: [
              { x: batches, y: kilobytes(byBatch), label: "training", format: "C0-o" },
              {
                x: batches,
                y: byBatch.map(({ prediction }) => prediction / 1024),
                label: "prediction",
                format: "C1--o",
              },
            ],
          },
        ],
        {
          caption: localize({
            en: "Activations that are kept for the backward pass (exercise 3)",
            zh: "为反向传播保留的激活值（练习 3）",
          }),
        },
      ),
    );
    const ofLayers = byLayers.at(-1)!.training / byLayers[0]!.training;
    const ofBatch = byBatch.at(-1)!.training / byBatch[0]!.training;
    check("layers", ofLayers, Math.abs(ofLayers / 8 - 1) <= 0.1);
    check("batch", ofBatch, Math.abs(ofBatch / 8 - 1) <= 0.01);
    const most = Math.max(...[...byLayers, ...byBatch].map(({ prediction }) => prediction));
    const least = Math.min(...[...byLayers, ...byBatch].map(({ training }) => training));
    check("prediction", `training ${least} bytes and more, prediction ${most}`, least > 0 && most === 0);
    if (signal.aborted) return {};

    // Second derivatives of J by W1 (exercise 4), in double precision.
    torch.manualSeed(seed);
    const inputs = drawInputs(d, hidden, q, false, torch.float64);
    const model = { activation: chosen, lambd };
    const objective = () => forward(inputs, model).J;
    const { W1 } = inputs;
    const n = W1.numel();
    const { H, passes } = hessian(objective(), W1);
    const step = 1e-5;
    const shifted = (k: number, by: number) => {
      const flat = W1.data.reshape(-1);
      const change = (amount: number) => torch.noGrad(() => flat.select(0, k).add_(amount));
      change(by);
      const gradient = torch.autograd.grad(objective(), W1)[0]!.reshape(-1);
      change(-by);
      return gradient;
    };
    const differences = torch.stack(
      Array.from({ length: n }, (_, k) =>
        shifted(k, step)
          .sub(shifted(k, -step))
          .div(2 * step),
      ),
    );
    const asymmetry = difference(H, H.t());
    const off = difference(H, differences);
    check("hessian", Math.max(asymmetry, off), Math.max(asymmetry, off) <= 1e-6);
    const v = torch.randn(...W1.shape, { dtype: torch.float64 });
    const product = difference(hessianVector(objective(), W1, v).reshape(-1), H.matmul(v.reshape(-1)));
    check("product", product, product <= 1e-10);
    const given = Object.values(inputs) as torch.Tensor[];
    const first = storedBytes(objective(), given);
    const second = storedBytes(gradientOf(objective(), W1), given);
    check(
      "cost",
      `${second} bytes instead of ${first}; ${passes} passes for ${n} parameters`,
      second > first && passes === n + 1,
    );

    const widths = [2, 4, 8, 16, 32];
    const times = [];
    for (const h of widths) {
      const wider = drawInputs(d, h, q, false, torch.float64);
      const value = () => forward(wider, model).J;
      const direction = torch.randn(h, d, { dtype: torch.float64 });
      times.push({
        n: h * d,
        gradient: milliseconds(() => torch.autograd.grad(value(), wider.W1)),
        product: milliseconds(() => hessianVector(value(), wider.W1, direction)),
        all: milliseconds(() => hessian(value(), wider.W1)),
      });
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    const entries = H.reshape(-1).tolist() as number[];
    const sizes = times.map((time) => time.n);
    report.figure(
      figureOf(
        "second-derivatives",
        [
          {
            title: "∂²J / ∂W1 ∂W1",
            xlabel: "weight",
            ylabel: "weight",
            xlim: [0, n],
            ylim: [0, n],
            series: [],
            marks: [{ kind: "field", style: "cells", x: [0, n], y: [0, n], columns: n, rows: n, values: entries }],
            colorbar: { limits: [Math.min(...entries), Math.max(...entries)], label: "second derivative" },
          },
          {
            xlabel: "parameters",
            ylabel: "milliseconds",
            xscale: "log",
            yscale: "log",
            series: [
              { x: sizes, y: times.map(({ all }) => all), label: "all second derivatives", format: "C3-o" },
              { x: sizes, y: times.map(({ product }) => product), label: "times a vector", format: "C1--o" },
              { x: sizes, y: times.map(({ gradient }) => gradient), label: "gradient", format: "C0-.o" },
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
      ),
    );
    report.text({
      en: "For a network of 203,530 weights all second derivatives would be 41 billion numbers, 166 GB in single precision: they are never computed, only their products with vectors are.",
      zh: "对含 203,530 个权重的网络，全部二阶导数约有 410 亿个，单精度需 166 GB：人们从不求出它们，只求它们与向量的乘积。",
    });
    return {
      metrics: { byHand: worst(false), hessian: Math.max(asymmetry, off), storedBytesOfGradient: second },
      history: times.map((time) => ({ ...time })),
    };
  },
});
