// F84 to F88 over many seeds: the norms, the losses, and the part of the weights that no sample can reach.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import * as d2l from "../../toolkit/index.js";
import { between } from "../bounds.js";
import { median, within } from "../measured.js";
import { onDisplay, silent } from "../on-display.js";
import { makeSetting, type Trained, train, trainConcise } from "./book.js";
import { printedInEnglish, reference } from "./claims.js";
import type { Part } from "./part.js";

/** The part of w that is orthogonal to all samples: w - Xᵀ (X Xᵀ)⁻¹ X w. */
function unreached(X: Tensor, w: Tensor): Tensor {
  const [X64, w64] = [X.to(torch.float64), w.to(torch.float64)];
  const inside = X64.t().matmul(torch.linalg.solve(X64.matmul(X64.t()), X64.matmul(w64)));
  return w64.sub(inside);
}

/** What is left of that part: 1 without decay, (1 - eta lambda)^steps with it. */
const remainder = (X: Tensor, { before, w }: Trained) =>
  unreached(X, w).norm().item() / unreached(X, before).norm().item();

/** Versions in the order in which they are trained. */
const versions = [
  { id: "scratch0", name: { en: "from scratch, λ = 0", zh: "从零实现，λ = 0" } },
  { id: "scratch3", name: { en: "from scratch, λ = 3", zh: "从零实现，λ = 3" } },
  { id: "concise0", name: { en: "concise, λ = 0", zh: "简洁实现，λ = 0" } },
  { id: "concise3", name: { en: "concise, λ = 3", zh: "简洁实现，λ = 3" } },
] as const;

export const overSeeds: Part = async ({ report, check, signal }, options) => {
  const { seed, seeds, nTrain, numInputs, epochs: numEpochs, lr } = options;
  const runs: Trained[][] = [];
  const left: number[][] = [];
  const english: Trained[][] = [];
  await onDisplay(silent, async () => {
    for (let s = 0; s < seeds && !signal.aborted; s++) {
      torch.manualSeed(seed + s);
      const setting = makeSetting({ nTrain, numInputs, batchSize: 5, numEpochs, lr });
      const run = [
        train(0, setting, "0"),
        train(3, setting, "1"),
        trainConcise(0, setting, "2"),
        trainConcise(3, setting, "3"),
      ];
      runs.push(run);
      left.push(run.slice(0, 2).map((each) => remainder(setting.X, each)));
      // The English book: small initial weights, 10 epochs, a larger learning rate.
      const short = { ...setting, numEpochs: 10, lr: 0.01, sigma: 0.01 };
      english.push([train(0, short, "0"), train(3, short, "1")]);
      report.progress({
        label: { en: `seed ${seed + s}`, zh: `种子 ${seed + s}` },
        done: s + 1,
        total: seeds,
      });
      await torch.utils.data.breathe();
    }
  });
  if (runs.length < Math.max(seeds, 1)) return;

  const all = (version: number, key: "norm" | "trainLoss" | "testLoss") => runs.map((run) => run[version]![key]);
  report.table({
    caption: {
      en: `Over ${seeds} seeds. The concise loss has no ½, so that its numbers are twice as large; its bias starts from N(0, 1).`,
      zh: `${seeds} 个种子的结果。简洁实现的损失没有 ½，故数值约为两倍；其偏置从 N(0, 1) 开始。`,
    },
    columns: [
      { en: "version", zh: "版本" },
      { en: "smallest ‖w‖", zh: "最小 ‖w‖" },
      { en: "median ‖w‖", zh: "‖w‖ 中位数" },
      { en: "largest ‖w‖", zh: "最大 ‖w‖" },
      { en: "median ½‖w‖²", zh: "½‖w‖² 中位数" },
      { en: "median train loss", zh: "训练损失中位数" },
      { en: "median test loss", zh: "测试损失中位数" },
    ],
    rows: versions.map(({ name }, v) => {
      const norms = all(v, "norm");
      return [
        name,
        Math.min(...norms),
        median(norms),
        Math.max(...norms),
        median(norms.map((norm) => norm ** 2 / 2)),
        median(all(v, "trainLoss")),
        median(all(v, "testLoss")),
      ];
    }),
  });
  const theBooks = nTrain === 20 && numInputs === 200 && numEpochs === 100 && lr === 0.003 && seeds >= 5;
  if (!theBooks) return;
  for (const [v, { id }] of versions.entries()) {
    const { norm, tolerance, test } = reference[id];
    const [w, l] = [median(all(v, "norm")), median(all(v, "testLoss"))];
    check(
      id,
      `${w.toPrecision(4)}; ${l.toPrecision(3)}`,
      within(w, norm, tolerance) && between(test[0], test[1]).holds(l),
    );
  }
  const [freeTrain, freeTest] = [all(0, "trainLoss"), all(0, "testLoss")];
  const [heldTrain, heldTest] = [all(1, "trainLoss"), all(1, "testLoss")];
  check(
    "overfit",
    Math.max(...freeTrain.map((l, s) => l / freeTest[s]!)),
    freeTrain.every((l, s) => l < freeTest[s]! / 1e5),
  );
  const better = freeTrain.filter((l, s) => heldTrain[s]! > l && heldTest[s]! < freeTest[s]! / 100).length;
  check("decayed", `${better} / ${seeds}`, better === seeds);

  const shrink = (1 - lr * 3) ** (numEpochs * Math.ceil(nTrain / 5));
  const free = Math.max(...left.map(([a]) => Math.abs(a! - 1)));
  const held = Math.max(...left.map(([, b]) => Math.abs(b! / shrink - 1)));
  check("analytic", `${free.toExponential(1)}, ${held.toExponential(1)}`, free < 1e-4 && held < 1e-3);
  const twice = median(all(2, "testLoss")) / median(all(0, "testLoss"));
  check("twice", twice, twice > 1.6 && twice < 2.4);

  const halves = [0, 1].map((v) => english.map((run) => run[v]!.norm ** 2 / 2));
  const enclosed = printedInEnglish.every((printed, v) => {
    return printed > Math.min(...halves[v]!) && printed < Math.max(...halves[v]!);
  });
  check(
    "english",
    halves.map((half) => `${Math.min(...half).toPrecision(3)} – ${Math.max(...half).toPrecision(3)}`).join("; "),
    enclosed,
  );
};

/** F86: the optimizer decays the weights alone. Without inputs nothing but decay moves weights, and nothing but the loss the bias. */
export const biasFree: Part = async ({ check }, { lr }) => {
  const [lambda, numEpochs, batchSize] = [3, 20, 5];
  const [X, y] = [torch.zeros(20, 10), torch.ones(20, 1)];
  const data = d2l.loadArray([X, y], batchSize);
  const setting = { ...makeSetting({ nTrain: 20, numInputs: 10, batchSize, numEpochs, lr }), trainIter: data };
  const { before, w, biases } = await onDisplay(silent, async () => trainConcise(lambda, setting, "bias"));
  const steps = numEpochs * (20 / batchSize);
  const weightError = w.norm().div(before.norm()).item() / (1 - lr * lambda) ** steps - 1;
  const biasError = (biases[1] - 1) / (biases[0] - 1) / (1 - 2 * lr) ** steps - 1;
  const errors = [weightError, biasError].map(Math.abs);
  check(
    "biasFree",
    errors.map((error) => error.toExponential(1)).join(", "),
    errors.every((error) => error < 1e-4),
  );
};

/** F87: seconds of the steps of both versions, each as written and compiled. */
export const speed: Part = async ({ report }, { nTrain, numInputs, epochs: numEpochs, lr }) => {
  await onDisplay(silent, async () => {
    const rows = [false, true].map((compile) => {
      const setting = makeSetting({ nTrain, numInputs, batchSize: 5, numEpochs, lr, compile });
      // The best of three: other programs run too.
      const best = (of: () => Trained) => Math.min(...Array.from({ length: 3 }, () => of().seconds));
      return [best(() => train(3, setting, "0")), best(() => trainConcise(3, setting, "1"))] as const;
    });
    report.table({
      caption: {
        en: `Time of ${numEpochs * Math.ceil(nTrain / 5)} steps`,
        zh: `${numEpochs * Math.ceil(nTrain / 5)} 步的用时`,
      },
      columns: [
        { en: "how it runs", zh: "运行方式" },
        { en: "from scratch (s)", zh: "从零实现（秒）" },
        { en: "concise (s)", zh: "简洁实现（秒）" },
      ],
      rows: rows.map((seconds, i) => [
        i === 0 ? { en: "as written", zh: "逐操作" } : { en: "compiled", zh: "编译后" },
        ...seconds,
      ]),
    });
  });
};
