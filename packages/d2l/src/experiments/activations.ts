// F21 to F29, F36: the activation functions, their derivatives, and what autograd does with a vector.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { plot } from "../toolkit/plot.js";
import { claims } from "./activations/claims.js";
import { chainedGradients, gelu, prelu, swish, swishDerivative, tanhFromSigmoid } from "./activations/functions.js";
import { defineExperiment } from "./experiment.js";
import { maxDifference, within } from "./measured.js";

const { functional: F } = nn;

/** Whether a call throws, and with which code. */
function codeOf(call: () => unknown): string {
  try {
    call();
    return "none";
  } catch (error) {
    return error instanceof torch.TorchletError ? error.code : String(error);
  }
}

/** Values and gradients of a function at some points, in double precision. */
function gradientsAt(f: (x: Tensor) => Tensor, points: readonly number[]): { values: number[]; gradients: number[] } {
  const x = torch.tensor([...points], { dtype: torch.float64, requiresGrad: true });
  const y = f(x);
  y.sum().backward();
  return { values: y.tolist() as number[], gradients: x.grad!.tolist() as number[] };
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
  async run({ report, check }, { alpha, beta, layers, seed }) {
    torch.manualSeed(seed);
    // The book's cells.
    const x = torch.arange(-8.0, 8.0, 0.1, { requiresGrad: true });
    const figsize = [5, 2.5] as const;
    let y = torch.relu(x);
    plot(x.detach(), y.detach(), "x", "relu(x)", { figsize, id: "relu" });
    y.backward(torch.onesLike(x), { retainGraph: true });
    plot(x.detach(), x.grad!, "x", "grad of relu", { figsize, id: "grad-of-relu" });
    const gradOfRelu = x.grad!.clone();

    y = torch.sigmoid(x);
    plot(x.detach(), y.detach(), "x", "sigmoid(x)", { figsize, id: "sigmoid" });
    // Clear out previous gradients.
    x.grad!.zero_();
    y.backward(torch.onesLike(x), { retainGraph: true });
    plot(x.detach(), x.grad!, "x", "grad of sigmoid", { figsize, id: "grad-of-sigmoid" });
    const gradOfSigmoid = x.grad!.clone();

    y = torch.tanh(x);
    plot(x.detach(), y.detach(), "x", "tanh(x)", { figsize, id: "tanh" });
    x.grad!.zero_();
    y.backward(torch.onesLike(x), { retainGraph: true });
    plot(x.detach(), x.grad!, "x", "grad of tanh", { figsize, id: "grad-of-tanh" });
    const gradOfTanh = x.grad!.clone();

    // ReLU
    const xs = x.tolist() as number[];
    check("points", `${xs.length}; x[80] = ${xs[80]}`, xs.length === 160 && xs[80] === 0);
    const slopes = gradOfRelu.tolist() as number[];
    const distinct = (side: number) => [...new Set(slopes.filter((_, i) => Math.sign(xs[i]!) === side))].join(", ");
    const reluSlopes = [-1, 0, 1].map(distinct).join("; ");
    check("relu", reluSlopes, reluSlopes === "0; 0; 1");
    const zeros = torch.zeros(4, { requiresGrad: true });
    torch.max(zeros, torch.zerosLike(zeros)).sum().backward();
    const atTie = zeros.grad!.tolist() as number[];
    check(
      "tie",
      atTie.join(", "),
      atTie.every((g) => g === 0.5),
    );

    // Sigmoid
    const sigmoidAt = gradientsAt(torch.sigmoid, [6, -6, -8]);
    const sigmoidNumbers = [sigmoidAt.values[0]!, ...sigmoidAt.gradients, sigmoidAt.values[2]!];
    const sigmoidExpected = [0.9975, 0.00247, 0.00247, 3.3524e-4, 3.3535e-4];
    check(
      "sigmoidNumbers",
      sigmoidNumbers.map((v) => v.toPrecision(5)).join(", "),
      sigmoidNumbers.every((v, i) => within(v, sigmoidExpected[i]!, 2e-3 * sigmoidExpected[i]!)),
    );
    const s = torch.sigmoid(x.detach());
    const e = torch.exp(x.detach().neg());
    const forms = [s.mul(s.neg().add(1)), e.div(e.add(1).square())].map((form) => maxDifference(form, gradOfSigmoid));
    check("sigmoidForms", Math.max(...forms), Math.max(...forms) < 1e-7);
    const [top, where] = [gradOfSigmoid.max().item(), xs[gradOfSigmoid.argmax().item()]!];
    const ends = Math.max(gradOfSigmoid.index(0).item(), gradOfSigmoid.index(-1).item());
    check("sigmoidMaximum", `${top} at ${where}; ${ends.toExponential(1)}`, top === 0.25 && where === 0 && ends < 4e-4);
    const away = torch.tensor(xs.filter((v) => v !== 0));
    const step = away.gt(0).to(torch.float32);
    const soft = [1, 10, 100, 1000].map((k) => maxDifference(torch.sigmoid(away.mul(k)), step));
    check(
      "softStep",
      soft.map((v) => v.toPrecision(2)).join(", "),
      soft.every((v, i) => i === 0 || v < soft[i - 1]!) && soft[2]! < 1e-4,
    );

    // tanh
    const t = torch.tanh(x.detach());
    const odd = maxDifference(torch.tanh(x.detach().neg()), t.neg());
    const outside = t.abs().max().item();
    check("tanhOdd", `${odd}; ${outside}`, odd === 0 && outside < 1);
    const tanhTop = gradOfTanh.max().item();
    const tanhEnd = gradOfTanh.index(0).item();
    const derivative = maxDifference(t.square().neg().add(1), gradOfTanh);
    check(
      "tanhGradient",
      `${tanhTop}; ${tanhEnd.toExponential(2)}; ${derivative.toExponential(0)}`,
      tanhTop === 1 && gradOfTanh.argmax().item() === 80 && within(tanhEnd, 4.77e-7, 0.01e-7) && derivative < 1e-6,
    );
    const identity = maxDifference(t.add(1), torch.sigmoid(x.detach().mul(2)).mul(2));
    check("identity", identity, identity < 1e-6);

    // Both are straight near 0: what is left over shrinks with the cube.
    const near = [0.2, 0.1, 0.05];
    const left = {
      sigmoid: gradientsAt(torch.sigmoid, near).values.map((v, i) => Math.abs(v - (0.5 + near[i]! / 4))),
      tanh: gradientsAt(torch.tanh, near).values.map((v, i) => Math.abs(v - near[i]!)),
    };
    report.table({
      caption: { en: "Distance from the tangent at 0", zh: "与 0 处切线的距离" },
      columns: [
        { en: "x", zh: "x" },
        { en: "sigmoid - (1/2 + x/4)", zh: "sigmoid - (1/2 + x/4)" },
        { en: "tanh - x", zh: "tanh - x" },
      ],
      rows: near.map((v, i) => [v, left.sigmoid[i]!.toExponential(2), left.tanh[i]!.toExponential(2)]),
    });
    const shrink = [left.sigmoid, left.tanh].flatMap(([a, b, c]) => [a! / b!, b! / c!]);
    check(
      "linearNearZero",
      shrink.map((v) => v.toFixed(2)).join(", "),
      shrink.every((v) => within(v, 8, 0.25)),
    );

    // Gradients of a vector: they add up, a scalar is wanted, the graph serves once.
    const sum = torch.arange(-8.0, 8.0, 0.1, { requiresGrad: true });
    for (const f of [torch.relu, torch.sigmoid, torch.tanh]) f(sum).backward(torch.onesLike(sum));
    const surplus = maxDifference(sum.grad!, gradOfRelu.add(gradOfSigmoid).add(gradOfTanh));
    const apart = maxDifference(sum.grad!, gradOfTanh);
    check("accumulate", `${surplus.toExponential(0)}; ${apart.toFixed(2)}`, surplus < 1e-6 && apart >= 1);
    plot(sum.detach(), [sum.grad!, gradOfTanh], "x", "grad of tanh", {
      figsize,
      id: "accumulated",
      legend: ["without zero_()", "with zero_()"],
      caption: localize({
        en: "Without x.grad.zero_() the third plot would show the sum of three gradients.",
        zh: "若不调用 x.grad.zero_()，第三幅图显示的是三个梯度之和。",
      }),
    });
    const sameObject = sum.grad!;
    sum.grad!.zero_();
    check(
      "zero",
      sum.grad === sameObject ? sum.grad.abs().max().item() : Number.NaN,
      sum.grad === sameObject && sum.grad.abs().max().item() === 0,
    );
    const again = torch.relu(sum);
    const notScalar = codeOf(() => again.backward());
    again.backward(torch.onesLike(sum));
    const freed = codeOf(() => again.backward(torch.onesLike(sum)));
    check("refusals", `${notScalar}, ${freed}`, notScalar === "grad-implicit" && freed === "graph-freed");

    // Through many layers.
    const depths = Array.from({ length: layers }, (_, i) => i + 1);
    const chains = { relu: torch.relu, tanh: torch.tanh, sigmoid: torch.sigmoid };
    const through = Object.values(chains).map((f) => chainedGradients(f, 0.5, layers));
    const bound = depths.map((k) => 0.25 ** k);
    plot(depths, [...through, bound], "layers", "product of derivatives", {
      figsize,
      id: "chain",
      yscale: "log",
      legend: [...Object.keys(chains), "0.25^k"],
      caption: localize({
        en: "The derivative of f(f(...f(x))) at x = 0.5.",
        zh: "f(f(...f(x))) 在 x = 0.5 处的导数。",
      }),
    });
    const last = through.map((values) => values.at(-1)!.toExponential(1)).join(", ");
    check("chain", last, through[0]!.every((v) => v === 1) && through[2]!.every((v, i) => v > 0 && v <= bound[i]!));

    // Relatives, and the exercises.
    const slope = torch.tensor([alpha], { requiresGrad: true });
    const at = x.detach().requiresGrad_();
    F.prelu(at, slope).sum().backward();
    const below = at.detach().le(0);
    const preluErrors = [
      maxDifference(F.prelu(x, slope), prelu(x.detach(), alpha)),
      maxDifference(at.grad!, torch.where(below, slope.detach(), torch.onesLike(slope))),
      Math.abs(slope.grad!.item() / x.detach().clamp({ max: 0 }).sum().item() - 1),
    ];
    check("prelu", Math.max(...preluErrors), Math.max(...preluErrors) < 1e-6);
    const wide = x.detach().to(torch.float64).requiresGrad_();
    swish(wide, beta).sum().backward();
    const swishError = maxDifference(wide.grad!, swishDerivative(wide.detach(), beta));
    const geluError = maxDifference(F.gelu(wide), gelu(wide));
    check("swish", Math.max(swishError, geluError), Math.max(swishError, geluError) < 1e-12);
    const names = [`pReLU, alpha ${alpha}`, "GELU", `Swish, beta ${beta}`];
    const relatives = [F.prelu(x, slope.detach()), gelu(x), swish(x, beta)];
    const lines = relatives.map((f) => torch.autograd.grad([f.sum()], [x])[0]!);
    plot(x.detach(), relatives, "x", "f(x)", {
      figsize,
      id: "relatives",
      legend: names,
      xlim: [-4, 4],
      ylim: [-1.2, 4],
    });
    plot(x.detach(), lines, "x", "gradient", { figsize, id: "grad-of-relatives", legend: names, xlim: [-4, 4] });
    const converted = tanhFromSigmoid(5, 8, 3);
    check("sameClass", converted, converted < 1e-5);

    // A non-linearity over the minibatch: a sample's output depends on its company.
    const batch = torch.randn(8, 4);
    const over = (X: Tensor) => X.sub(X.mean(0)).div(X.var(0, { correction: 0 }).sqrt());
    const first = (X: Tensor) => over(X).narrow(0, 0, 1);
    const company = maxDifference(first(batch), first(batch.narrow(0, 0, 4)));
    const alone = over(batch.narrow(0, 0, 1))
      .isnan()
      .sum()
      .item();
    check("minibatch", `${company.toFixed(2)}; ${alone}`, company > 0.01 && alone === 4);
    return {
      metrics: {
        sigmoidMaximum: top,
        identity,
        ...Object.fromEntries(Object.keys(chains).map((name, i) => [`${name}Chain`, through[i]!.at(-1)!])),
      },
    };
  },
});
