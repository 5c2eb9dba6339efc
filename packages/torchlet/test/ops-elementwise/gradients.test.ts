// First and second derivatives of the formulas against finite differences in float64.
import { describe, it } from "vitest";
import * as torch from "../../src/index.js";
import { expectEqual } from "../support/cases.js";
import { type Differentiable, gradcheck, gradgradcheck, leaf } from "../support/gradcheck.js";

const F = torch.nn.functional;
type Row = [string, Differentiable, torch.Tensor[]];

const one = (low = -2, high = 2) => [leaf([2, 3], low, high)];
const two = (low = -2, high = 2) => [leaf([2, 3], low, high, 1), leaf([3], low, high, 2)];
const targets = torch.tensor([[0, 1, 0.25]], { dtype: torch.float64 }).expand(2, 3);
const classes = torch.tensor([2, 0]);

const functions: Row[] = [
  ["erf", torch.erf, one()],
  ["erfc", torch.erfc, one()],
  ["erfinv", torch.erfinv, one(-0.9, 0.9)],
  ["lgamma", torch.lgamma, one(0.5, 4)],
  ["lgamma below 0", torch.lgamma, one(-1.9, -1.1)],
  ["digamma", torch.digamma, one(0.5, 4)],
  ["polygamma", (x) => torch.polygamma(2, x!), one(0.5, 4)],
  ["mvlgamma", (x) => torch.mvlgamma(x!, 3), one(2, 4)],
  ["sinc", torch.sinc, one()],
  ["logit", (x) => torch.logit(x!), one(0.1, 0.9)],
  ["logit with eps", (x) => torch.logit(x!, 0.2), one(0.25, 0.75)],
  ["ndtr", torch.special.ndtr, one()],
  ["entr", torch.special.entr, one(0.1, 2)],
  ["xlogy", torch.xlogy, two(0.2, 2)],
  ["xlog1py", torch.special.xlog1py, two(0.2, 2)],
  ["logaddexp", torch.logaddexp, two()],
  ["logaddexp2", torch.logaddexp2, two()],
  ["hypot", torch.hypot, two(0.5, 2)],
  ["atan2", torch.atan2, two(0.5, 2)],
  ["copysign", torch.copysign, two(0.5, 2)],
  ["fmax", torch.fmax, two()],
  ["lerp", (a, b, w) => torch.lerp(a!, b!, w!), [...two(), leaf([2, 1], 0, 0.4, 3)]],
  ["addcdiv", (a, b, c) => torch.addcdiv(a!, b!, c!, { value: 0.5 }), [...two(), leaf([2, 1], 1, 2, 3)]],
  ["silu", F.silu, one()],
  ["mish", F.mish, one()],
  ["gelu", (x) => F.gelu(x!), one()],
  ["gelu by tanh", (x) => F.gelu(x!, { approximate: "tanh" }), one()],
  ["softplus", (x) => F.softplus(x!, 2, 20), one()],
  ["logsigmoid", F.logsigmoid, one()],
  ["elu", (x) => F.elu(x!, 1.5), one()],
  ["celu", (x) => F.celu(x!, 1.5), one()],
  ["selu", F.selu, one()],
  ["softsign", F.softsign, one()],
  ["tanhshrink", F.tanhshrink, one()],
  ["glu", (x) => F.glu(x!), [leaf([2, 4])]],
  ["prelu", (x, w) => F.prelu(x!, w!), [leaf([2, 3], -1, 1), leaf([3], 0, 1, 2)]],
  ["hardswish", F.hardswish, one(-2.9, 2.9)],
  ["cumsum", (x) => torch.cumsum(x!, 1), one()],
  ["cumprod", (x) => torch.cumprod(x!, 1), one(0.5, 2)],
  ["logcumsumexp", (x) => torch.logcumsumexp(x!, 1), one()],
  ["logsumexp", (x) => torch.logsumexp(x!, 1), one()],
  ["std", (x) => torch.std(x!, 1), one()],
  ["norm 2", (x) => torch.norm(x!, 2, 1), one(0.5, 2)],
  ["norm 3", (x) => torch.norm(x!, 3, 1), one(0.5, 2)],
  ["renorm", (x) => torch.renorm(x!, 2, 0, 0.5), one(0.5, 2)],
  ["trapezoid", (y, x) => torch.trapezoid(y!, x!), two()],
  ["cov", (x) => torch.cov(x!), [leaf([2, 5])]],
  ["corrcoef", (x) => torch.corrcoef(x!).narrow(0, 0, 1).narrow(1, 1, 1), [leaf([2, 5])]],
  ["BCE", (x) => F.binaryCrossEntropy(x!, targets), one(0.1, 0.9)],
  ["BCE with logits", (x, w) => F.binaryCrossEntropyWithLogits(x!, targets, { posWeight: w! }), two(0.5, 2)],
  ["klDiv", (x, t) => F.klDiv(x!, t!), [leaf([2, 3], -2, -1), leaf([2, 3], 0.1, 1, 2)]],
  ["smooth L1", (x, t) => F.smoothL1Loss(x!, t!, { beta: 10 }), [leaf([2, 3]), leaf([2, 3], -1, 1, 2)]],
  ["huber", (x, t) => F.huberLoss(x!, t!, { delta: 10 }), [leaf([2, 3]), leaf([2, 3], -1, 1, 2)]],
  ["poisson", (x, t) => F.poissonNllLoss(x!, t!, { full: true }), [leaf([2, 3]), leaf([2, 3], 1.5, 4, 2)]],
  [
    "gaussian",
    (x, t, v) => F.gaussianNllLoss(x!, t!, v!),
    [leaf([2, 3]), leaf([2, 3], -1, 1, 2), leaf([2, 1], 0.5, 2, 3)],
  ],
  ["soft margin", (x) => F.softMarginLoss(x!, targets), one()],
  ["multi margin", (x) => F.multiMarginLoss(x!, classes, { p: 2, margin: 9 }), one()],
  ["cosine similarity", (a, b) => F.cosineSimilarity(a!, b!), [leaf([2, 3], 0.5, 2), leaf([2, 3], 0.5, 2, 2)]],
  [
    "triplet",
    (a, b, c) => F.tripletMarginLoss(a!, b!, c!, { margin: 9 }),
    [1, 2, 3].map((s) => leaf([2, 3], s, s + 1, s)),
  ],
  ["layer norm", (x, w, b) => F.layerNorm(x!, [3], w!, b!), [...two(), leaf([3], -1, 1, 3)]],
  ["group norm", (x, w) => F.groupNorm(x!, 2, w!), [leaf([2, 4, 2]), leaf([4], 0.5, 2, 2)]],
  ["batch norm", (x, w) => F.batchNorm(x!, null, null, w!, null, true), [leaf([4, 3]), leaf([3], 0.5, 2, 2)]],
  ["rms norm", (x, w) => F.rmsNorm(x!, [3], w!), two(0.5, 2)],
  ["bilinear", (a, b, w) => F.bilinear(a!, b!, w!), [leaf([2, 3]), leaf([2, 2], -1, 1, 2), leaf([2, 3, 2], -1, 1, 3)]],
  ["embedding", (w) => F.embedding(classes, w!), [leaf([3, 2])]],
];

describe("gradients", () => {
  it.each(functions)("%s", (_, f, inputs) => {
    expectEqual(gradcheck(f, inputs, 1e-6));
  });
});

describe("second derivatives", () => {
  it.each(functions)("%s", (_, f, inputs) => {
    expectEqual(gradgradcheck(f, inputs, 1e-5));
  });
});
