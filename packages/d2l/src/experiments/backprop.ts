// The book's section on forward and backward propagation: by hand and by autograd, the graph drawn; exercises 1 to 5.

import * as torch from "torchlet";
import { type Activation, backward, drawInputs, forward } from "./backprop/by-hand.js";
import { bookGraph, claims, graphText, labels, limits } from "./backprop/claims.js";
import { equationsTable, graphFigure, memoryFigure, secondDerivativesFigure } from "./backprop/figures.js";
import { computedFrom } from "./backprop/graph.js";
import { activationBytes, type Cost, difference, milliseconds, storedBytes } from "./backprop/measure.js";
import { type Gradients, inMinibatches, onOneDevice, onTwoDevices } from "./backprop/parts.js";
import { gradientOf, hessian, hessianByDifferences, hessianVector } from "./backprop/second.js";
import { defineExperiment } from "./experiment.js";

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
      en: "A network with one hidden layer and an L2 penalty: its gradients are derived by hand from the chain rule and compared with autograd's; the graph that autograd recorded is drawn. Then the book's exercises: the shape of a gradient, biases, what training has to keep in memory, second derivatives, and a graph that is cut in two.",
      zh: "含一个隐藏层与 L2 惩罚的网络：按链式法则手工推导梯度并与自动求导比较，再画出自动求导记录的计算图。随后是书中的练习：梯度的形状、偏置、训练所需的内存、二阶导数，以及切成两部分的计算图。",
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
  labels,
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
  async run({ report, signal, check }, { inputs: d, hidden, outputs: q, lambd, seeds, seed, ...options }) {
    const sizes = [d, hidden, q] as const;
    const model = { activation: options.activation as Activation, lambd };

    // By hand and by autograd, without biases and with them (exercises 1 and 2).
    const found: Record<string, number> = {};
    let [shapesRight, shapes] = [0, 0];
    for (let s = seed; s < seed + seeds; s++) {
      for (const activation of ["relu", "tanh", "sigmoid"] as const) {
        for (const bias of [false, true]) {
          torch.manualSeed(s);
          const inputs = drawInputs(sizes, { bias });
          const variables = forward(inputs, { activation, lambd });
          const { z, h, o, J } = variables;
          for (const computed of [z, h, o]) computed.retainGrad();
          const ours = backward(inputs, variables, { activation, lambd });
          J.backward();
          const theirs: Record<string, torch.Tensor | undefined> = { ...inputs, z, h, o };
          for (const [name, gradient] of Object.entries(ours)) {
            const variable = theirs[name]!;
            found[name] = Math.max(found[name] ?? 0, difference(gradient, variable.grad!));
            shapes++;
            if (variable.grad!.shape.join() === variable.shape.join()) shapesRight++;
          }
        }
      }
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    report.table(equationsTable(found));
    const worst = (...names: readonly string[]) => Math.max(...names.map((name) => found[name]!));
    const byHand = worst("o", "W2", "h", "z", "W1");
    check("byHand", byHand, byHand <= limits.byHand);
    check("bias", worst("b1", "b2"), worst("b1", "b2") <= limits.byHand);
    check(
      "shapes",
      { en: `${shapesRight} of ${shapes}`, zh: `${shapes} 个中的 ${shapesRight} 个` },
      shapesRight === shapes,
    );

    // The graphs, as they were recorded.
    torch.manualSeed(seed);
    for (const bias of [false, true]) {
      const inputs = drawInputs(sizes, { bias });
      const variables = forward(inputs, model);
      const names: Record<string, torch.Tensor> = { ...inputs, ...variables };
      report.figure(graphFigure(variables.J, names, bias));
      if (bias) continue;
      const recorded = graphText(computedFrom(variables.J, names, Object.keys(bookGraph)));
      check("graph", recorded, recorded === graphText(bookGraph));
    }

    // What training keeps (exercise 3).
    const width = 64;
    const byLayers = [2, 4, 8, 16].map((size) => ({ size, ...activationBytes(size, 128, width) }));
    const byBatch = [32, 64, 128, 256].map((size) => ({ size, ...activationBytes(4, size, width) }));
    report.figure(memoryFigure(byLayers, byBatch));
    const growth = (some: typeof byLayers) => some.at(-1)!.training / some[0]!.training;
    check("layers", growth(byLayers), Math.abs(growth(byLayers) / 8 - 1) <= limits.layers);
    check("batch", growth(byBatch), Math.abs(growth(byBatch) / 8 - 1) <= limits.batch);
    const all = [...byLayers, ...byBatch];
    const least = Math.min(...all.map(({ training }) => training));
    const most = Math.max(...all.map(({ prediction }) => prediction));
    check(
      "prediction",
      { en: `training >= ${least} bytes, prediction ${most}`, zh: `训练 >= ${least} 字节，预测 ${most}` },
      least > 0 && most === 0,
    );
    if (signal.aborted) return {};

    // Second derivatives of J by W1 (exercise 4), in double precision.
    const { float64: dtype } = torch;
    torch.manualSeed(seed);
    const inputs = drawInputs(sizes, { dtype });
    const { W1 } = inputs;
    const objective = () => forward(inputs, model).J;
    const { H, passes } = hessian(objective(), W1);
    const off = Math.max(difference(H, H.t()), difference(H, hessianByDifferences(objective, W1)));
    check("hessian", off, off <= limits.hessian);
    const v = torch.randn(...W1.shape, { dtype });
    const product = difference(hessianVector(objective(), W1, v).reshape(-1), H.matmul(v.reshape(-1)));
    check("product", product, product <= limits.product);
    const given: torch.Tensor[] = Object.values(inputs);
    const first = storedBytes(objective(), given);
    const second = storedBytes(gradientOf(objective(), W1), given);
    const n = W1.numel();
    check(
      "cost",
      {
        en: `${second} bytes instead of ${first}; ${passes} passes for ${n} parameters`,
        zh: `${second} 字节，而非 ${first} 字节；${n} 个参数需 ${passes} 遍`,
      },
      second > first && passes === n + 1,
    );
    const costOf = (h: number): Cost => {
      const wider = drawInputs([d, h, q], { dtype });
      const value = () => forward(wider, model).J;
      const direction = torch.randn(h, d, { dtype });
      return {
        parameters: h * d,
        gradient: milliseconds(() => torch.autograd.grad(value(), wider.W1)),
        product: milliseconds(() => hessianVector(value(), wider.W1, direction)),
        all: milliseconds(() => hessian(value(), wider.W1)),
      };
    };
    // The first of all would be timed while its code is being compiled.
    costOf(16);
    const costs: Cost[] = [];
    for (const h of [2, 4, 8, 16, 32]) {
      costs.push(costOf(h));
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    report.figure(secondDerivativesFigure(H, costs));
    report.text({
      en: "For a network of 203,530 weights all second derivatives would be 41 billion numbers, 166 GB in single precision: they are never computed, only their products with vectors are.",
      zh: "对含 203,530 个权重的网络，全部二阶导数约有 410 亿个，单精度需 166 GB：人们从不求出它们，只求它们与向量的乘积。",
    });

    // A graph that is too large for one device (exercise 5).
    torch.manualSeed(seed);
    const batch = drawInputs(sizes, { samples: 32 });
    const whole = onOneDevice(batch, model);
    const away = (gradients: Gradients) => Math.max(...gradients.map((g, i) => difference(g, whole[i]!)));
    const cut = away(onTwoDevices(batch, model));
    check("devices", cut, cut <= limits.parts);
    const { gradients, bytes, bytesAtOnce } = inMinibatches(batch, model, 4);
    check(
      "minibatches",
      {
        en: `${away(gradients).toExponential(1)}; ${bytes} bytes instead of ${bytesAtOnce}`,
        zh: `${away(gradients).toExponential(1)}；${bytes} 字节，而非 ${bytesAtOnce} 字节`,
      },
      away(gradients) <= limits.parts && bytes === bytesAtOnce / 4,
    );
    report.text({
      en: "Two devices hold half of the weights each, but one waits for the other, and the hidden layer crosses twice; smaller minibatches need no second device, but one that holds all the weights, and their products use it less well.",
      zh: "两台设备各存一半权重，但总有一台在等另一台，且隐藏层的值要往返传送；更小的批量不需要第二台设备，但设备须能存下全部权重，且小矩阵的乘法不能充分利用它。",
    });
    return {
      metrics: { byHand, hessian: off, storedBytesOfGradient: second },
      history: costs.map((cost) => ({ ...cost })),
    };
  },
});
