// Every differentiable operation: first and second derivatives against finite differences in float64.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Differentiable, gradcheck, gradgradcheck, leaf } from "../support/gradcheck.js";

const F = torch.nn.functional;
type Row = [name: string, f: Differentiable, inputs: () => torch.Tensor[]];

/** Inputs away from the kinks, poles and edges of the functions. */
const smooth = () => [leaf([2, 3], 0.3, 0.9)];
const signed = () => [leaf([2, 3], -1.4, 1.3)];
const above1 = () => [leaf([2, 3], 1.2, 2.5)];

const unary: Row[] = [
  ...(
    ["neg", "abs", "square", "exp", "exp2", "expm1", "sin", "cos", "tan", "atan", "sinh", "cosh", "asinh"] as const
  ).map((name): Row => [name, (x) => x[name](), signed]),
  ...(["tanh", "sigmoid", "relu", "frac"] as const).map((name): Row => [name, (x) => x[name](), signed]),
  ...(["reciprocal", "sqrt", "rsqrt", "log", "log2", "log10", "log1p", "asin", "acos", "atanh"] as const).map(
    (name): Row => [name, (x) => x[name](), smooth],
  ),
  ["acosh", (x) => x.acosh(), above1],
  ["softmax, last", (x) => x.softmax(1), signed],
  ["softmax, first", (x) => x.softmax(0), signed],
  ["logSoftmax, last", (x) => x.logSoftmax(-1), signed],
  ["logSoftmax, first", (x) => x.logSoftmax(0), signed],
  ["sign, whose gradient is 0", (x) => [x.sign(), x], signed],
  ["floor, ceil, round, trunc", (x) => [x.floor(), x.ceil(), x.round(), x.trunc(), x], signed],
];

const pair = () => [leaf([2, 3], 0.4, 1.6, 1), leaf([2, 3], 0.5, 1.9, 2)];
const broadcast = () => [leaf([2, 1, 3], 0.4, 1.6, 1), leaf([4, 1], 0.5, 1.9, 2)];
const binary: Row[] = (["add", "sub", "mul", "div", "pow", "maximum", "minimum", "remainder", "fmod"] as const).flatMap(
  (name): Row[] => [
    [name, (a, b) => a[name](b!), pair],
    [`${name}, broadcast`, (a, b) => a[name](b!), broadcast],
    ...(name === "maximum" || name === "minimum" ? [] : [[`${name}, number`, (a) => a[name](1.7), smooth] as Row]),
  ],
);

const more: Row[] = [
  ["add with alpha", (a, b) => a.add(b!, { alpha: -1.5 }), broadcast],
  ["sub with alpha", (a, b) => a.sub(b!, { alpha: 2 }), broadcast],
  ["rsub", (a) => a.rsub(3), smooth],
  ["number to a power", (x) => torch.pow(2.5, x), signed],
  ...[2, 3, 0.5, -1, -2, 1, 0].map((n): Row => [`pow ${n}`, (x) => x.pow(n), smooth]),
  ["a tensor with itself", (x) => x.mul(x).add(x.div(x.add(3))), signed],
  ["clamp with numbers", (x) => x.clamp(-0.5, 0.6), signed],
  [
    "clamp with tensors",
    (x, a, b) => x!.clamp(a, b),
    () => [leaf([5], -2, 2), leaf([5], -1, 0, 3), leaf([1], 0.5, 1, 4)],
  ],
  ["where", (a, b) => torch.where(torch.tensor([true, false, true]), a, b!), pair],
  ["maskedFill", (x) => x.maskedFill(torch.tensor([true, false, true]), 3), signed],
  ["lerp", (a, b, w) => a.lerp(b!, w!), () => [...pair(), leaf([3], 0.1, 0.9, 5)]],
  ["addcmul", (a, b) => a.addcmul(a, b!, { value: 0.5 }), pair],
  ["addcdiv", (a, b) => a.addcdiv(a, b!, { value: 0.5 }), pair],
  ["float32 in between", (x) => x.mul(torch.ones(3)).add(torch.tensor([1, 2, 3])), signed],
];

const reductions: Row[] = [
  ...([undefined, 0, 1, [0, 1]] as const).flatMap((dim): Row[] => [
    [`sum over ${dim}`, (x) => x.sum(dim).square(), signed],
    [`mean over ${dim}, kept`, (x) => x.mean(dim, { keepdim: true }).mul(x), signed],
    [`var over ${dim}`, (x) => x.var(dim), signed],
    [`std over ${dim}`, (x) => x.std(dim), signed],
    [`norm over ${dim}`, (x) => x.norm(2, dim), signed],
    [`amax over ${dim}`, (x) => x.amax(dim).square(), signed],
    [`amin over ${dim}`, (x) => x.amin(dim).square(), signed],
  ]),
  ["prod", (x) => x.prod(), signed],
  ["prod over 1", (x) => x.prod(1), signed],
  ["max over 1", (x) => x.max(1)[0], signed],
  ["min over 0, kept", (x) => x.min(0, { keepdim: true })[0].mul(x), signed],
  ["max of all", (x) => x.max().square(), signed],
  ["logsumexp", (x) => x.logsumexp(1), signed],
  ["logsumexp of all, kept", (x) => x.logsumexp([0, 1], { keepdim: true }).mul(x), signed],
  ...[1, 3, 0.5, Infinity].map((p): Row => [`norm of order ${p}`, (x) => x.norm(p, 1), signed]),
];

const cube = () => [leaf([2, 3, 4])];
const views: Row[] = [
  ["reshape", (x) => x.reshape(4, 6).square(), cube],
  ["reshape of a permutation", (x) => x.permute(2, 0, 1).reshape(-1).square(), cube],
  ["view, flatten, unflatten", (x) => x.view(6, 4).flatten().unflatten(0, [3, 8]).square(), cube],
  ["transpose, t, permute", (x) => x.transpose(0, 2).select(0, 1).t().permute(1, 0).square(), cube],
  ["squeeze, unsqueeze", (x) => x.unsqueeze(1).squeeze().unsqueeze(-1).square(), cube],
  ["expand", (x) => x.unsqueeze(0).expand(3, -1, -1, -1).square(), cube],
  ["narrow, select", (x) => x.narrow(2, 1, 2).select(1, -1).square(), cube],
  ["slices", (x) => x.index(torch.slice(), torch.slice(0, 3, 2), torch.slice(1, 4)).square(), cube],
  ["diagonal", (x) => x.diagonal({ offset: 1, dim1: 1, dim2: 2 }).square(), cube],
  ["split, chunk, unbind", (x) => [...x.split(2, 2), ...x.chunk(2, 1), ...x.unbind(0)].map((p) => p.square()), cube],
  ["clone, contiguous", (x) => x.transpose(0, 1).contiguous().clone().square(), cube],
  ["cat", (x) => torch.cat([x, x.square(), x.narrow(1, 0, 1)], 1).square(), cube],
  ["stack", (x) => torch.stack([x, x.exp()], 1).square(), cube],
  ["to float64 and back", (x) => x.to(torch.float64).mul(2), cube],
];

const indices = () =>
  torch.tensor([
    [0, 2, 1, 2],
    [1, 1, 0, 2],
  ]);
const matrix = () => [leaf([3, 4])];
const indexing: Row[] = [
  ["index by numbers", (x) => x.index(1, -1).square(), matrix],
  ["index by a tensor, repeated", (x) => x.index(torch.tensor([0, 2, 0])).square(), matrix],
  ["index by two tensors", (x) => x.index(torch.tensor([0, 2, 0]), torch.tensor([3, 1, 3])).square(), matrix],
  ["index by a slice and a tensor", (x) => x.index(torch.slice(1), torch.tensor([3, 1, 1])).square(), matrix],
  ["index by a mask", (x) => x.index(torch.tensor([true, false, true])).square(), matrix],
  ["maskedSelect", (x) => x.maskedSelect(x.data.gt(0)).square(), matrix],
  ["gather", (x) => x.gather(0, indices()).square(), matrix],
  ["take", (x) => x.take(torch.tensor([11, 0, 0])).square(), matrix],
  ["indexSelect", (x) => x.indexSelect(1, torch.tensor([3, 3, 0])).square(), matrix],
  [
    "indexAdd",
    (x, s) => x.indexAdd(0, torch.tensor([2, 0, 2]), s!, { alpha: 2 }).square(),
    () => [leaf([3, 4]), leaf([3, 4], -1, 1, 2)],
  ],
  [
    "scatter",
    (x, s) => x.scatter(0, torch.tensor([[0, 2, 1, 1]]), s!).square(),
    () => [leaf([3, 4]), leaf([2, 4], -1, 1, 2)],
  ],
  ["scatter of a number", (x) => x.scatter(0, torch.tensor([[0, 2, 1, 1]]), 5).square(), matrix],
  ["scatterAdd", (x, s) => x.scatterAdd(0, indices(), s!).square(), () => [leaf([3, 4]), leaf([2, 4], -1, 1, 2)]],
];

const products: Row[] = [
  ["mm", (a, b) => a.mm(b!), () => [leaf([3, 4]), leaf([4, 2], -1, 1, 2)]],
  ["mm of transposed", (a, b) => a.t().mm(b!.t()), () => [leaf([4, 3]), leaf([2, 4], -1, 1, 2)]],
  ["bmm", (a, b) => a.bmm(b!), () => [leaf([2, 3, 4]), leaf([2, 4, 2], -1, 1, 2)]],
  [
    "mv, dot, outer",
    (a, v) => [a.mv(v!), v!.dot(v!), v!.outer(a.select(0, 0))],
    () => [leaf([3, 4]), leaf([4], -1, 1, 2)],
  ],
  ["matmul of vectors", (a, b) => a.matmul(b!), () => [leaf([4]), leaf([4], -1, 1, 2)]],
  ["matmul, vector on the left", (a, b) => a.matmul(b!), () => [leaf([4]), leaf([2, 4, 3], -1, 1, 2)]],
  ["matmul, vector on the right", (a, b) => a.matmul(b!), () => [leaf([2, 3, 4]), leaf([4], -1, 1, 2)]],
  ["matmul, broadcast batches", (a, b) => a.matmul(b!), () => [leaf([2, 1, 3, 2]), leaf([3, 2, 2], -1, 1, 2)]],
  ["matmul, batch and matrix", (a, b) => a.matmul(b!), () => [leaf([2, 3, 4]), leaf([4, 2], -1, 1, 2)]],
  ["matmul with itself", (a) => a.matmul(a.t()), () => [leaf([3, 4])]],
  [
    "addmm",
    (c, a, b) => c.addmm(a!, b!, { alpha: 0.5, beta: 2 }),
    () => [leaf([2]), leaf([3, 4], -1, 1, 2), leaf([4, 2], -1, 1, 3)],
  ],
  ["linear", (x, w, b) => F.linear(x, w!, b), () => [leaf([3, 4]), leaf([2, 4], -1, 1, 2), leaf([2], -1, 1, 3)]],
  ["linear without bias, three dimensions", (x, w) => F.linear(x, w!), () => [leaf([2, 3, 4]), leaf([2, 4], -1, 1, 2)]],
  ["a product of an expanded matrix", (a, b) => a.expand(3, 4).mm(b!), () => [leaf([1, 4]), leaf([4, 2], -1, 1, 2)]],
];

const classes = () => torch.tensor([2, 0, 1, 2]);
const logits = () => [leaf([4, 3], -2, 2)];
const losses: Row[] = [
  ...(["none", "mean", "sum"] as const).flatMap((reduction): Row[] => [
    [`crossEntropy, ${reduction}`, (x) => F.crossEntropy(x, classes(), { reduction }), logits],
    [`nllLoss, ${reduction}`, (x) => F.nllLoss(x.logSoftmax(1), classes(), { reduction }), logits],
    [`mseLoss, ${reduction}`, (a, b) => F.mseLoss(a, b!, { reduction }), () => [leaf([3]), leaf([3], -1, 1, 2)]],
    [`l1Loss, ${reduction}`, (a, b) => F.l1Loss(a, b!, { reduction }), () => [leaf([3]), leaf([3], -1, 1, 2)]],
  ]),
  [
    "crossEntropy with weights, smoothing and an ignored class",
    (x) =>
      F.crossEntropy(x, classes(), {
        weight: torch.tensor([0.5, 1.5, 2], { dtype: torch.float64 }),
        labelSmoothing: 0.1,
        ignoreIndex: 1,
      }),
    logits,
  ],
  [
    "crossEntropy with probabilities",
    (x, p) => F.crossEntropy(x, p!.softmax(1)),
    () => [...logits(), leaf([4, 3], -1, 1, 3)],
  ],
  [
    "crossEntropy of a map",
    (x) =>
      F.crossEntropy(
        x,
        torch.tensor([
          [0, 1],
          [2, 0],
        ]),
      ),
    () => [leaf([2, 3, 2])],
  ],
];

describe.each(Object.entries({ unary, binary, more, reductions, views, indexing, products, losses }))(
  "%s",
  (_, rows) => {
    it.each(rows)("%s", (_name, f, inputs) => {
      const first = gradcheck(f, inputs());
      expect(first, first ?? undefined).toBe(null);
      const second = gradgradcheck(f, inputs());
      expect(second, second ?? undefined).toBe(null);
    });
  },
);

describe("the check itself", () => {
  it("notices a gradient that is half of what it should be", () => {
    expect(gradcheck((x) => x.data.mul(x), signed())).toMatch(/gradient of input 0, element 0/);
    expect(gradgradcheck((x) => x.data.mul(x), signed())).toMatch(/gradient of input 0/);
  });
});
