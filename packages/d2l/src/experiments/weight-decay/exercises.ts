// The book's exercises: test loss against lambda, lambda by validation, the L1 update, the Frobenius norm, priors.

import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import * as d2l from "../../toolkit/index.js";
import * as visualize from "../../visualize/index.js";
import { median } from "../measured.js";
import { onDisplay, silent } from "../on-display.js";
import { l1Penalty, makeSetting, train as trainScratch } from "./book.js";
import type { Part } from "./part.js";
import { lossOf, meanLoss, ridge, samples, squaredNorm } from "./ridge.js";

const lambdas = Array.from({ length: 13 }, (_, i) => 10 ** (-3 + i / 3));

/** The book's data as tensors in double precision. */
function bookData(nTrain: number, numInputs: number, offset = 0.05) {
  const w = torch.ones(numInputs, 1).mul(0.01);
  const [X, y] = d2l.syntheticData(w, offset, nTrain);
  const [testX, testY] = d2l.syntheticData(w, offset, 100);
  return [X, y, testX, testY].map((t) => t.to(torch.float64)) as [Tensor, Tensor, Tensor, Tensor];
}

/** (1) and (2): losses against lambda, of the exact minimum and of the book's 100 epochs; lambda chosen by 5 folds. */
export const lambdaCurve: Part = async ({ report, check, signal }, { seed, lr, epochs, nTrain, numInputs }) => {
  // 40 weights from N(0, 0.09), 30 samples, noise of variance 1.
  const [n, d, sigma, tau, seeds] = [30, 40, 1, 0.3, 20];
  const train = lambdas.map(() => [] as number[]);
  const test = lambdas.map(() => [] as number[]);
  const folds = lambdas.map(() => [] as number[]);
  for (let s = 0; s < seeds; s++) {
    torch.manualSeed(seed + s);
    const trueW = (torch.randn(d).tolist() as number[]).map((w) => w * tau);
    const [X, y] = samples(trueW, 0, n, sigma);
    const [testX, testY] = samples(trueW, 0, 1000, sigma);
    const splits = [...new torch.selection.KFold(5).split(n)].map((fold) => {
      const [part, rest] = [torch.tensor([...fold.train]), torch.tensor([...fold.test])];
      return [X.index(part), y.index(part), X.index(rest), y.index(rest)] as const;
    });
    for (const [k, lambda] of lambdas.entries()) {
      const best = ridge(X, y, lambda);
      train[k]!.push(lossOf(X, y, best));
      test[k]!.push(lossOf(testX, testY, best));
      const held = splits.map(([partX, partY, restX, restY]) => lossOf(restX, restY, ridge(partX, partY, lambda)));
      folds[k]!.push(held.reduce((sum, l) => sum + l, 0) / held.length);
    }
    await torch.utils.data.breathe();
    if (signal.aborted) return;
  }

  torch.manualSeed(seed);
  const [X, y, testX, testY] = bookData(nTrain, numInputs);
  const exact = lambdas.map((lambda) => lossOf(testX, testY, ridge(X, y, lambda)));
  const setting = makeSetting({ nTrain, numInputs, batchSize: 5, numEpochs: epochs, lr });
  const trained = await onDisplay(silent, async () => lambdas.map((lambda) => trainScratch(lambda, setting, "lambda")));

  const at = (values: readonly number[][]) => values.map((each) => median(each));
  const line = (y: number[], label: string, format: string) => ({ x: lambdas, y, label, format });
  const names = {
    train: localize({ en: "training", zh: "训练" }),
    test: localize({ en: "test", zh: "测试" }),
    folds: localize({ en: "5 folds", zh: "5 折验证" }),
    exact: localize({ en: "test, exact minimum", zh: "测试，精确解" }),
  };
  const axes = { xlabel: "λ", ylabel: "loss", xscale: "log", yscale: "log" } as const;
  report.figure(
    visualize.figureOf(
      "lambda",
      [
        {
          ...axes,
          yscale: "linear",
          title: localize({ en: "strong noise, exact minimum", zh: "强噪声，精确解" }),
          series: [
            line(at(train), names.train, "-"),
            line(at(test), names.test, "m--"),
            line(at(folds), names.folds, "g-."),
          ],
        },
        {
          ...axes,
          title: localize({ en: `the book's data, ${epochs} epochs`, zh: `书中的数据，${epochs} 轮` }),
          series: [
            line(
              trained.map((t) => t.trainLoss),
              names.train,
              "-",
            ),
            line(
              trained.map((t) => t.testLoss),
              names.test,
              "m--",
            ),
            line(exact, names.exact, "k:"),
          ],
        },
      ],
      {
        caption: localize({
          en: "Left: the training loss rises with λ; the test loss is lowest in between, and five folds of the training samples see nearly the same. Right: on the book's data the exact minimum hardly depends on λ; what a larger λ removes during training are the initial weights.",
          zh: "左：训练损失随 λ 上升，测试损失在中间最低，训练样本的 5 折验证看到的几乎相同。右：在书中的数据上，精确解几乎与 λ 无关；较大的 λ 在训练中去掉的是初始权重。",
        }),
        panelSize: [4.6, 3.2],
      },
    ),
  );
  const best = (values: readonly number[]) => values.indexOf(Math.min(...values));
  const bySeed = (values: readonly number[][], s: number) => values.map((each) => each[s]!);
  const ratios = Array.from({ length: seeds }, (_, s) => {
    const losses = bySeed(test, s);
    return losses[best(bySeed(folds, s))]! / Math.min(...losses);
  });
  const rises = at(train).every((l, k) => k === 0 || l > at(train)[k - 1]!);
  const middle = lambdas[best(at(test))]!;
  check("lambdaCurve", middle, rises && middle > 0.1 && middle < 1.4);
  check("validation", median(ratios), median(ratios) < 1.3);
  if (nTrain !== 20 || numInputs !== 200 || epochs !== 100 || lr !== 0.003) return;
  const flat = Math.max(...exact) / Math.min(...exact);
  const falls = trained[0]!.testLoss / trained[12]!.testLoss;
  check("bookCurve", `${flat.toFixed(2)}, ${falls.toFixed(0)}`, flat < 1.5 && falls > 1000);
};

/** F75: the bias in the penalty or not, for the book's small offset and for a large one. */
export const biasPenalty: Part = async ({ report, check }, { seed, nTrain, numInputs }) => {
  const rows = [0.05, 5].flatMap((offset) =>
    [0.05, 3].map((lambda) => {
      const losses = Array.from({ length: 5 }, (_, s) => {
        torch.manualSeed(seed + s);
        const [X, y, testX, testY] = bookData(nTrain, numInputs, offset);
        return [false, true].map((penalize) => lossOf(testX, testY, ridge(X, y, lambda, penalize))) as [number, number];
      });
      const [free, held] = [median(losses.map(([a]) => a)), median(losses.map(([, b]) => b))];
      return { offset, lambda, free, held, ratio: median(losses.map(([a, b]) => b / a)) };
    }),
  );
  report.table({
    caption: {
      en: "The bias left out of the penalty or not: little difference where the labels are near 0, a large one where they are not",
      zh: "惩罚项是否包含偏置：标签接近 0 时差别很小，否则差别很大",
    },
    columns: [
      { en: "true bias", zh: "真实偏置" },
      { en: "λ", zh: "λ" },
      { en: "test loss, bias free", zh: "不限制偏置的测试损失" },
      { en: "test loss, bias penalized", zh: "限制偏置的测试损失" },
      { en: "ratio", zh: "比值" },
    ],
    rows: rows.map(({ offset, lambda, free, held, ratio }) => [offset, lambda, free, held, ratio]),
  });
  const near = rows.filter(({ offset }) => offset === 0.05).map(({ ratio }) => Math.abs(ratio - 1));
  const change = Math.max(...near);
  check("bias", `${(100 * change).toFixed(1)} %`, change < 0.2);
};

/** (3), (4), (6): what the penalties are. */
export const formulas: Part = async ({ report, check }) => {
  // (3) The gradient of the absolute values is the sign: w <- w - eta lambda sign(w) - ...
  const w = torch.randn(200, 1, { requiresGrad: true });
  const [lr, lambda] = [0.003, 0.5];
  l1Penalty(w).mul(lambda).backward();
  const start = w.detach().clone();
  d2l.sgd([w], lr, 1);
  const formula = start.sub(start.sign(), { alpha: lr * lambda });
  const l1Error = w.detach().sub(formula).abs().max().item();
  check("l1Update", l1Error, l1Error < 1e-6);

  // (4) The squared Frobenius norm is the trace of WᵀW.
  const W = torch.randn(30, 20, { dtype: torch.float64 });
  const frobenius = torch.linalg.matrixNorm(W, "fro").item() ** 2;
  const trace = torch.trace(W.t().matmul(W)).item();
  check("frobenius", Math.abs(frobenius / trace - 1), Math.abs(frobenius / trace - 1) < 1e-12);

  // (6) Minus the logarithm of the posterior is n / sigma² times the penalized loss, and a constant.
  const [X, y] = bookData(20, 200);
  const [n, sigma, tau] = [20, 0.01, 0.01];
  const gauss = (v: Tensor, deviation: number) => v.div(deviation).square().div(2).sum().item();
  const laplace = (v: Tensor, width: number) => v.abs().div(width).sum().item();
  const places = Array.from({ length: 6 }, () => torch.randn(200, 1, { dtype: torch.float64 }).mul(0.02));
  const spread = (f: (v: Tensor) => number, scale: number) => {
    const values = places.map((v) => f(v) * scale);
    return (Math.max(...values) - Math.min(...values)) / Math.max(...values.map(Math.abs), 1);
  };
  const errorsOf = (v: Tensor) => X.matmul(v).add(0.05).sub(y);
  const lossAt = (v: Tensor) => meanLoss(X, y, v, 0.05).item();
  const l2 = sigma ** 2 / (n * tau ** 2);
  const gaussian = spread(
    (v) => gauss(errorsOf(v), sigma) + gauss(v, tau) - (n / sigma ** 2) * (lossAt(v) + (l2 / 2) * squaredNorm(v)),
    1,
  );
  const l1 = sigma ** 2 / (n * tau);
  const laplacian = spread(
    (v) => gauss(errorsOf(v), sigma) + laplace(v, tau) - (n / sigma ** 2) * (lossAt(v) + l1 * v.abs().sum().item()),
    1,
  );
  check("prior", `${gaussian.toExponential(1)}, ${laplacian.toExponential(1)}`, gaussian < 1e-9 && laplacian < 1e-9);
  report.text({
    en: `With noise of standard deviation σ and weights of prior N(0, τ²), the most probable weights are ridge's with λ = σ² / (n τ²): for the book's data, taking τ = 0.01, λ = ${l2}. A Laplace prior of width s gives the lasso with λ = σ² / (n s). The Gaussian says that large weights are unlikely, the Laplace density has its peak at 0: the one shrinks, the other chooses.`,
    zh: `若噪声标准差为 σ、权重的先验为 N(0, τ²)，最可能的权重就是 λ = σ² / (n τ²) 的岭回归解：对书中的数据取 τ = 0.01，λ = ${l2}。宽度为 s 的拉普拉斯先验给出 λ = σ² / (n s) 的套索回归。高斯先验认为大权重不太可能，拉普拉斯密度在 0 处最高：前者收缩，后者选择。`,
  });
};
