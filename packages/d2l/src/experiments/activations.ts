// F21 to F29, F36: the activation functions, their derivatives, and what autograd does with a vector.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import { plot } from "../toolkit/plot.js";
import { type Context, claims, labels, limits, sigmoidNumbers } from "./activations/claims.js";
import { questions, relatives } from "./activations/exercises.js";
import { throughLayers, vectorGradients } from "./activations/gradients.js";
import { defineExperiment } from "./experiment.js";
import { maxDifference, within } from "./measured.js";

/** Values and gradients of a function at some points, in double precision. */
function gradientsAt(f: (x: Tensor) => Tensor, points: readonly number[]): { values: number[]; gradients: number[] } {
  const x = torch.tensor([...points], { dtype: torch.float64, requiresGrad: true });
  const y = f(x);
  y.sum().backward();
  return { values: y.tolist() as number[], gradients: x.grad!.tolist() as number[] };
}

/** A function of the book's points, and what autograd says of its derivative. */
interface Drawn {
  readonly x: Tensor;
  readonly values: Tensor;
  readonly gradient: Tensor;
}

/** F24: ReLU is max(x, 0), and its derivative a step. */
function checkRelu({ check }: Context, { x, gradient }: Drawn): void {
  const xs = x.tolist() as number[];
  const slopes = gradient.tolist() as number[];
  const distinct = (side: number) => [...new Set(slopes.filter((_, i) => Math.sign(xs[i]!) === side))].join(", ");
  const reluSlopes = [-1, 0, 1].map(distinct).join("; ");
  check("relu", reluSlopes, reluSlopes === "0; 0; 1");
  const zeros = torch.zeros(4, { requiresGrad: true });
  torch.max(zeros, torch.zerosLike(zeros)).sum().backward();
  const atTie = [...new Set(zeros.grad!.tolist() as number[])];
  check("tie", atTie.join(", "), atTie.join() === "0.5");
}

/** F21, F22: sigmoid is a soft step, and its derivative a bump that vanishes on both sides. */
function checkSigmoid({ check }: Context, { x, values: s, gradient }: Drawn): void {
  const { values, gradients } = gradientsAt(torch.sigmoid, [6, -6, -8]);
  const numbers = [
    values[0]!.toPrecision(4),
    ...gradients.slice(0, 2).map((v) => v.toPrecision(3)),
    ...[gradients[2]!, values[2]!].map((v) => v.toExponential(4)),
  ].join(", ");
  check("sigmoidNumbers", numbers, numbers === sigmoidNumbers);
  const e = torch.exp(x.neg());
  const forms = [s.mul(s.neg().add(1)), e.div(e.add(1).square())].map((form) => maxDifference(form, gradient));
  check("sigmoidForms", Math.max(...forms), Math.max(...forms) < limits.sigmoidForms);
  const xs = x.tolist() as number[];
  const [top, where] = [gradient.max().item(), xs[gradient.argmax().item()]!];
  const ends = Math.max(gradient.index(0).item(), gradient.index(-1).item());
  check(
    "sigmoidMaximum",
    { en: `${top} at ${where}; ${ends.toExponential(1)}`, zh: `${where} 处 ${top}；${ends.toExponential(1)}` },
    top === 0.25 && where === 0 && ends < limits.sigmoidEnds,
  );
  const away = torch.tensor(xs.filter((v) => v !== 0));
  const step = away.gt(0).to(torch.float32);
  const soft = [1, 10, 100, 1000].map((k) => maxDifference(torch.sigmoid(away.mul(k)), step));
  check(
    "softStep",
    soft.map((v) => v.toPrecision(2)).join(", "),
    soft.every((v, i) => i === 0 || v < soft[i - 1]!) && soft[2]! < 1e-4,
  );
}

/** F23, F26: tanh is odd, and sigmoid in another scale. */
function checkTanh({ check }: Context, { x, values: t, gradient }: Drawn): void {
  const odd = maxDifference(torch.tanh(x.neg()), t.neg());
  const outside = t.abs().max().item();
  check("tanhOdd", `${odd}; 1 - ${(1 - outside).toExponential(1)}`, odd === 0 && outside < 1);
  const [top, end] = [gradient.max().item(), gradient.index(0).item().toExponential(2)];
  const difference = maxDifference(t.square().neg().add(1), gradient);
  check(
    "tanhGradient",
    `${top}; ${end}; ${difference.toExponential(0)}`,
    top === 1 && gradient.argmax().item() === 80 && end === "4.77e-7" && difference < limits.tanhGradient,
  );
  const identity = maxDifference(t.add(1), torch.sigmoid(x.mul(2)).mul(2));
  check("identity", identity, identity < limits.identity);
}

/** F26: both are straight near 0; what is left over shrinks with the cube. */
function checkNearZero({ report, check }: Context): void {
  const near = [0.2, 0.1, 0.05];
  const left = {
    sigmoid: gradientsAt(torch.sigmoid, near).values.map((v, i) => Math.abs(v - (0.5 + near[i]! / 4))),
    tanh: gradientsAt(torch.tanh, near).values.map((v, i) => Math.abs(v - near[i]!)),
  };
  report.table({
    caption: { en: "Distance from the tangent at 0", zh: "与 0 处切线的距离" },
    columns: ["x", "|sigmoid(x) - (1/2 + x/4)|", "|tanh(x) - x|"].map((name) => ({ en: name, zh: name })),
    rows: near.map((v, i) => [String(v), left.sigmoid[i]!.toExponential(2), left.tanh[i]!.toExponential(2)]),
  });
  const shrink = [left.sigmoid, left.tanh].flatMap(([a, b, c]) => [a! / b!, b! / c!]);
  check(
    "linearNearZero",
    shrink.map((v) => v.toFixed(2)).join(", "),
    shrink.every((v) => within(v, 8, limits.linearNearZero)),
  );
}

/** `torchlet run activations` */
export const activations = defineExperiment({
  id: "activations",
  section: "3.1.2.3",
  title: { en: "Activation functions and their gradients", zh: "激活函数及其梯度" },
  summary: {
    en: "relu, sigmoid, tanh and relatives with their derivatives: the six plots of the book, each claim in numbers",
    zh: "relu、sigmoid、tanh 等函数及其导数：书中的六幅图，每个论断都有数值检验",
  },
  explain: {
    shows: {
      en: "The functions that stand between the layers of a multilayer perceptron, their derivatives by autograd on 160 points, and what becomes of a product of such derivatives through many layers.",
      zh: "多层感知机各层之间的激活函数、用自动求导在 160 个点上算出的导数，以及这些导数经过许多层连乘后的结果。",
    },
    lookFor: [
      {
        en: "The gradient of relu is a step from 0 to 1; that of sigmoid is a bump no higher than 0.25, that of tanh one of height 1; both vanish on the sides.",
        zh: "relu 的梯度是从 0 到 1 的阶跃；sigmoid 的梯度是不超过 0.25 的凸包，tanh 的为高 1 的凸包，两侧都趋于 0。",
      },
      {
        en: "In the plot of chained derivatives relu stays at 1, where each sigmoid takes away at least three quarters.",
        zh: "在导数连乘图中，relu 保持为 1，而每经过一个 sigmoid 至少损失四分之三。",
      },
    ],
  },
  covers: ["F21", "F27", "F36"],
  claims,
  labels,
  corrections: ["P4", "P24", "P27"],
  quick: {},
  options: {
    alpha: {
      type: "number",
      default: 0.25,
      min: 0,
      max: 1,
      help: { en: "slope of pReLU below 0", zh: "pReLU 在 0 以下的斜率" },
    },
    beta: { type: "number", default: 1, min: 0, max: 10, help: { en: "beta of Swish", zh: "Swish 的 beta" } },
    layers: {
      type: "integer",
      default: 20,
      min: 1,
      max: 40,
      help: { en: "layers of the chain of derivatives", zh: "导数连乘的层数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  async run(context, { alpha, beta, layers, seed }) {
    const { check } = context;
    torch.manualSeed(seed);
    const shown = (id: string, en: string, zh: string) =>
      ({ figsize: [5, 2.5], id, caption: localize({ en, zh }) }) as const;

    // The book's cells.
    const x = torch.arange(-8.0, 8.0, 0.1, { requiresGrad: true });
    let y = torch.relu(x);
    plot(x.detach(), y.detach(), "x", "relu(x)", shown("relu", "ReLU cuts off what is negative", "ReLU 舍去负值"));
    y.backward(torch.onesLike(x), { retainGraph: true });
    plot(
      x.detach(),
      x.grad!,
      "x",
      "grad of relu",
      shown("grad-of-relu", "Its derivative: a step", "ReLU 的导数：阶跃"),
    );
    const relu = { x: x.detach(), values: y.detach(), gradient: x.grad!.clone() };

    y = torch.sigmoid(x);
    plot(x.detach(), y.detach(), "x", "sigmoid(x)", shown("sigmoid", "Sigmoid: a soft step", "sigmoid：软化的阶跃"));
    // Clear out previous gradients.
    x.grad!.zero_();
    y.backward(torch.onesLike(x), { retainGraph: true });
    plot(
      x.detach(),
      x.grad!,
      "x",
      "grad of sigmoid",
      shown("grad-of-sigmoid", "Its derivative: at most 1/4", "sigmoid 的导数：至多 1/4"),
    );
    const sigmoid = { x: x.detach(), values: y.detach(), gradient: x.grad!.clone() };

    y = torch.tanh(x);
    plot(x.detach(), y.detach(), "x", "tanh(x)", shown("tanh", "tanh: symmetric about 0", "tanh：关于原点对称"));
    // Clear out previous gradients.
    x.grad!.zero_();
    y.backward(torch.onesLike(x), { retainGraph: true });
    plot(
      x.detach(),
      x.grad!,
      "x",
      "grad of tanh",
      shown("grad-of-tanh", "Its derivative: at most 1", "tanh 的导数：至多 1"),
    );
    const tanh = { x: x.detach(), values: y.detach(), gradient: x.grad!.clone() };

    // What the notes say of them.
    const xs = x.tolist() as number[];
    check("points", `${xs.length}; x[80] = ${xs[80]}`, xs.length === 160 && xs[80] === 0);
    const formulas: [Drawn, (x: number) => number][] = [
      [relu, (x) => Math.max(x, 0)],
      [sigmoid, (x) => 1 / (1 + Math.exp(-x))],
      [tanh, (x) => (1 - Math.exp(-2 * x)) / (1 + Math.exp(-2 * x))],
    ];
    const off = formulas.map(([{ values }, f]) => maxDifference(values, torch.tensor(xs.map(f))));
    check("definitions", Math.max(...off), Math.max(...off) < limits.definitions);
    checkRelu(context, relu);
    checkSigmoid(context, sigmoid);
    checkTanh(context, tanh);
    checkNearZero(context);
    vectorGradients(context, [relu.gradient, sigmoid.gradient, tanh.gradient]);
    const chains = throughLayers(context, layers);
    relatives(context, alpha, beta);
    questions(context);
    return { metrics: { sigmoidMaximum: sigmoid.gradient.max().item(), ...chains } };
  },
});
