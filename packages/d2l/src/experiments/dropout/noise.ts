// F91 to F97: noise whose mean is 0, and dropout as such a noise.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { dropoutLayer } from "../../toolkit/dropout.js";
import * as visualize from "../../visualize/index.js";
import { ridge, samples } from "../weight-decay/ridge.js";
import { Net } from "./book.js";
import { DropConnect, GaussianDropout } from "./layers.js";
import type { Part } from "./part.js";

/** F96, F97: the function and its output. */
export const printed: Part = async ({ report, check }) => {
  const X = torch.arange(16, { dtype: torch.float32 }).reshape(2, 8);
  const [none, half, all] = [0, 0.5, 1].map((dropout) => dropoutLayer(X, dropout)) as [Tensor, Tensor, Tensor];
  const lines = [X, none, half, all].map(String).join("\n");
  const text = `print(X), print(dropoutLayer(X, 0)), print(dropoutLayer(X, 0.5)), print(dropoutLayer(X, 1)):\n${lines}`;
  report.text({ en: text, zh: text });
  const original = [
    "tensor([[ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.],",
    "        [ 8.,  9., 10., 11., 12., 13., 14., 15.]])",
  ].join("\n");
  const zeros = `tensor([${[0, 1].map(() => `[${new Array(8).fill(" 0.").join(", ")}]`).join(",\n        ")}])`;
  const doubled = half.eq(X.mul(2)).logicalOr(half.eq(0)).all().item();
  const matches = [String(none) === original, Boolean(doubled), String(all) === zeros.replaceAll(" 0.", "0.")];
  check("printed", `${matches.filter(Boolean).length} / 3`, matches.every(Boolean));
};

/** F91, F92, F95, P6: means and variances over 20 million draws. */
export const moments: Part = async ({ report, check, signal }) => {
  const rounds = 20;
  const ones = torch.ones(1_000_000);
  const kinds = [0.1, 0.5, 0.9].map((p) => {
    const [layer, gauss] = [new nn.Dropout(p), new GaussianDropout(p)];
    const draws = [(x: Tensor) => dropoutLayer(x, p), (x: Tensor) => layer(x), (x: Tensor) => gauss(x)];
    // Compiled, each call draws anew all the same.
    const measure = (draw: (x: Tensor) => Tensor) => {
      return torch.compile((given: Tensor) => {
        const x = draw(given);
        return [x.mean(), x.square().mean(), x.ne(0).to(torch.float32).mean()] as const;
      });
    };
    return { p, draws: draws.map(measure) };
  });
  const sums = kinds.map(({ draws }) => draws.map(() => ({ mean: 0, square: 0, kept: 0 })));
  for (let round = 0; round < rounds; round++) {
    for (const [k, { draws }] of kinds.entries()) {
      for (const [i, draw] of draws.entries()) {
        // Normal numbers take longest to draw, and fewer of them are enough.
        if (i === 2 && round % 4 !== 0) continue;
        const [mean, square, kept] = draw(ones);
        const share = (i === 2 ? 4 : 1) / rounds;
        const sum = sums[k]![i]!;
        sum.mean += mean.item() * share;
        sum.square += square.item() * share;
        sum.kept += kept.item() * share;
      }
    }
    await torch.utils.data.breathe();
    if (signal.aborted) return;
  }
  const names = [
    { en: "dropoutLayer", zh: "dropoutLayer" },
    { en: "nn.Dropout", zh: "nn.Dropout" },
    { en: "Gaussian factor N(1, p / (1 - p))", zh: "高斯因子 N(1, p / (1 - p))" },
  ];
  const rows = kinds.flatMap(({ p }, k) =>
    sums[k]!.map(({ mean, square, kept }, i) => ({ p, i, mean, variance: square - mean * mean, kept })),
  );
  report.table({
    caption: {
      en: "Ones with noise: the mean stays 1; without the division by 1 - p it would be the share that is kept",
      zh: "对全 1 张量加噪声：均值保持为 1；若不除以 1 - p，均值就是保留的比例",
    },
    columns: [
      { en: "p", zh: "p" },
      { en: "noise", zh: "噪声" },
      { en: "mean", zh: "均值" },
      { en: "variance", zh: "方差" },
      { en: "p / (1 - p)", zh: "p / (1 - p)" },
      { en: "share kept", zh: "保留比例" },
    ],
    rows: rows.map(({ p, i, mean, variance, kept }) => [p, names[i]!, mean, variance, p / (1 - p), kept]),
  });
  const dropouts = rows.filter(({ i }) => i < 2);
  const means = dropouts.map(({ mean }) => Math.abs(mean - 1));
  check("mean", Math.max(...means), Math.max(...means) < 0.003);
  const variances = dropouts.map(({ p, variance }) => Math.abs(variance / (p / (1 - p)) - 1));
  check("variance", Math.max(...variances), Math.max(...variances) < 0.01);
  const undivided = dropouts.map(({ p, kept }) => Math.abs(kept - (1 - p)));
  check("undivided", Math.max(...undivided), Math.max(...undivided) < 0.003);
  const gauss = rows.filter(({ i }) => i === 2);
  const off = gauss.map(({ p, mean, variance }) =>
    Math.max(Math.abs(mean - 1), Math.abs(variance / (p / (1 - p)) - 1)),
  );
  check("gaussian", Math.max(...off), Math.max(...off) < 0.01);
};

/** F91: Bishop's input noise. Least squares on 2000 noisy copies of each sample is ridge regression with lambda = the noise's variance. */
export const inputNoise: Part = async ({ report, check }, { seed }) => {
  const variance = 0.3;
  const errors = Array.from({ length: 5 }, (_, s) => {
    torch.manualSeed(seed + s);
    const [X, y] = samples([2, -1, 0.5, 0, 1], 0.5, 40, 0.3);
    const copies = 2000;
    const noisy = X.repeat(copies, 1).add(
      torch.randn(40 * copies, 5, { dtype: torch.float64 }).mul(Math.sqrt(variance)),
    );
    const trained = ridge(noisy, y.repeat(copies, 1), 0);
    const penalized = ridge(X, y, variance);
    return trained.w.sub(penalized.w).norm().item() / penalized.w.norm().item();
  });
  report.text({
    en: `Noise of variance ${variance} on the inputs acts as a penalty: least squares on noisy copies comes within ${(100 * Math.max(...errors)).toFixed(2)} % of ridge regression with λ = ${variance}.`,
    zh: `对输入加方差为 ${variance} 的噪声相当于惩罚项：在加噪副本上做最小二乘，与 λ = ${variance} 的岭回归相差不超过 ${(100 * Math.max(...errors)).toFixed(2)} %。`,
  });
  check("inputNoise", Math.max(...errors), Math.max(...errors) < 0.03);
};

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

/** F93, F94, P7, P22: where it acts, when it acts, and what becomes of gradients. */
export const behaviour: Part = async ({ report, check }) => {
  const removed = [
    [1, 1],
    [1, 4],
  ] as const;
  const widths = [4, 5, 3];
  const layers = [
    { en: "input", zh: "输入层" },
    { en: "hidden", zh: "隐藏层" },
    { en: "output", zh: "输出层" },
  ].map((name) => localize(name));
  const diagrams = [
    visualize.networkDiagram(widths, { title: localize({ en: "before", zh: "丢弃前" }), names: layers }),
    visualize.networkDiagram(widths, {
      removed,
      title: localize({ en: "after: h2 and h5 are dropped", zh: "丢弃后：去掉 h2 与 h5" }),
      names: layers,
    }),
  ];
  report.figure(
    visualize.figureOf("diagram", diagrams, {
      caption: localize({
        en: "Dropout on the hidden layer takes out units at random: here h2 and h5, with all their connections; the next sample loses others.",
        zh: "对隐藏层使用丢弃法会随机去掉一些单元：这里是 h2 和 h5 及其所有连接；下一个样本丢弃的是另一些。",
      }),
      panelSize: [4, 3.2],
    }),
  );

  // The picture in numbers: with h2 and h5 dropped, no gradient reaches their weights.
  const [lin1, lin2] = [new nn.Linear(4, 5), new nn.Linear(5, 3)];
  const mask = torch.tensor([1, 0, 1, 1, 0], { dtype: torch.float32 });
  lin2(lin1(torch.randn(1, 4)).abs().mul(mask).div(0.6))
    .square()
    .sum()
    .backward();
  const reached = lin1.weight.grad!.abs().sum(1).gt(0).tolist() as (boolean | number)[];
  const used = lin2.weight.grad!.abs().sum(0).gt(0).tolist() as (boolean | number)[];
  const pattern = [reached, used].map((units) => units.map(Number).join("")).join(", ");
  check("gradients", pattern, pattern === "10110, 10110");

  const x = torch.randn(200, 100, { requiresGrad: true });
  const layer = new nn.Dropout(0.5);
  const mismatches = [(X: Tensor) => dropoutLayer(X, 0.5), (X: Tensor) => layer(X)].map((dropout) => {
    x.grad = null;
    const [first, second] = [dropout(x), dropout(x)];
    first.sum().backward();
    const same = first.ne(0).eq(x.grad!.ne(0)).all().item();
    const anew = first.ne(0).ne(second.ne(0)).any().item();
    return same && anew ? 0 : 1;
  });
  const whole = dropoutLayer(x, 0) === x && new nn.Dropout(0)(x) === x;
  const nothing = [dropoutLayer(x, 1), new nn.Dropout(1)(x)].every((out) => out.eq(0).all().item());
  const refused = [-0.1, 1.1].every((p) => [() => dropoutLayer(x, p), () => new nn.Dropout(p)].every(throws));
  const failures = mismatches[0]! + mismatches[1]! + Number(!whole) + Number(!nothing) + Number(!refused);
  check("mask", failures, failures === 0);

  // P22: a function has no evaluation mode, a module has.
  const net = new Net(20, 3, 30, 30, [0.2, 0.5]);
  const { lin1: one, lin3: three } = net;
  const asFunction = (X: Tensor) => three(dropoutLayer(one(X).relu(), 0.5));
  const X = torch.randn(8, 20);
  const spread = (f: (X: Tensor) => Tensor) => torch.noGrad(() => f(X).sub(f(X)).abs().max().item());
  const training = spread(net);
  net.eval();
  const [evaluating, functional] = [spread(net), spread(asFunction)];
  check(
    "evaluation",
    [training, evaluating, functional].map((value) => value.toPrecision(2)).join(", "),
    training > 0 && evaluating === 0 && functional > 0,
  );

  // F102: what dropout puts in the place of h has the mean h. DropConnect, which drops weights, keeps the mean of the layer's output.
  const h = torch.rand(1, 256);
  const many = torch.noGrad(() => new nn.Dropout(0.5)(h.expand(20_000, 256)).mean(0, true));
  const connect = new DropConnect(256, 64, 0.5);
  const batches = torch.noGrad(() => {
    const sum = torch.zeros(1, 64);
    for (let i = 0; i < 2000; i++) sum.add_(connect(h));
    return sum.div(2000);
  });
  connect.eval();
  const plain = torch.noGrad(() => connect(h));
  const [units, weights] = [
    many.sub(h).norm().item() / h.norm().item(),
    batches.sub(plain).norm().item() / plain.norm().item(),
  ];
  check("replaced", units, units < 0.02);
  check("dropConnect", weights, weights < 0.1);
};
