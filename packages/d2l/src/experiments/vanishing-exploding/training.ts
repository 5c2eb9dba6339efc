// What exploding and vanishing gradients do to training: learning rates in half precision, deep sigmoid networks.

import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Series } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import type { Context } from "./claims.js";
import { count, lineFormats, short } from "./numbers.js";

/** Three arms of a spiral, one a class. */
export function spirals(n: number, noise = 0.15): [X: Tensor, y: Tensor] {
  const r = torch.rand(n);
  const y = torch.arange(n).remainder(3).to(torch.int32);
  const angle = r
    .mul(4)
    .add(y.mul((2 * Math.PI) / 3))
    .add(torch.randn(n).mul(noise));
  return [torch.stack([r.mul(angle.cos()), r.mul(angle.sin())], 1).mul(2), y];
}

/** How a training ended. */
export interface Ending {
  readonly first: number;
  readonly last: number;
  /** The share of parameters that are not exactly what they were. */
  readonly moved: number;
}

/** A small ReLU network trained with every parameter, activation and gradient rounded to its format. */
export function trainRounded(round: (x: Tensor) => Tensor, lr: number, steps: number): Ending {
  const [X, y] = spirals(60);
  const params = [
    [2, 16],
    [16, 16],
    [16, 3],
  ].flatMap(([numIn, numOut]) => [
    new nn.Parameter(round(torch.randn(numIn!, numOut!).mul(Math.sqrt(2 / numIn!)))),
    new nn.Parameter(round(torch.randn(numOut!).mul(0.1))),
  ]);
  const [W1, b1, W2, b2, W3, b3] = params as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const net = (X: Tensor) => {
    const H1 = torch.relu(round(X.matmul(W1).add(b1)));
    const H2 = torch.relu(round(H1.matmul(W2).add(b2)));
    return round(H2.matmul(W3).add(b3));
  };
  const loss = new nn.CrossEntropyLoss();
  const begun = params.map((param) => param.data.clone());
  const step = torch.compile((X: Tensor, y: Tensor) => {
    for (const param of params) param.grad = null;
    const l = loss(net(X), y);
    l.backward();
    torch.noGrad(() => {
      for (const param of params) param.copy_(round(param.sub(round(param.grad!).mul(lr))));
    });
    return l;
  });
  let first = Number.NaN;
  let last = Number.NaN;
  const input = round(X);
  for (let t = 0; t < steps; t++) {
    last = step(input, y).item();
    if (t === 0) first = last;
    if (!Number.isFinite(last)) break;
  }
  step.dispose();
  const changed = params.map((param, i) => param.data.ne(begun[i]!).sum().item());
  const total = params.reduce((sum, param) => sum + param.numel(), 0);
  return { first, last, moved: changed.reduce((a, b) => a + b) / total };
}

/** A network of `depth` hidden layers of 16 units, as PyTorch would initialize it. */
export function deepMlp(depth: number, activation: () => nn.Module): nn.Sequential {
  const layers: nn.Module[] = [];
  for (let i = 0; i < depth; i++) layers.push(new nn.Linear(i === 0 ? 2 : 16, 16), activation());
  return new nn.Sequential(...layers, new nn.Linear(16, 3));
}

const weightsOf = (net: nn.Sequential) =>
  net.modules().flatMap((module) => (module instanceof nn.Linear ? [module.weight] : []));

/** The norm of the loss's gradient with respect to each layer's weights. */
export function gradientNorms(net: nn.Sequential, X: Tensor, y: Tensor): { norms: number[]; bottom: Tensor } {
  net.zeroGrad();
  new nn.CrossEntropyLoss()(net(X), y).backward();
  const weights = weightsOf(net);
  return { norms: weights.map(({ grad }) => grad!.norm().item()), bottom: weights[0]!.grad!.clone() };
}

/** What training made of a network. */
export interface Trained {
  readonly loss: number;
  /** How far each layer's weights went, over their length before. */
  readonly changes: readonly number[];
}

/** Full-batch gradient descent. */
export function trainDeep(net: nn.Sequential, X: Tensor, y: Tensor, lr: number, steps: number): Trained {
  const begun = weightsOf(net).map((weight) => weight.data.clone());
  const loss = new nn.CrossEntropyLoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  });
  for (let t = 0; t < steps; t++) step(X, y);
  step.dispose();
  const changes = weightsOf(net).map((weight, i) => weight.data.sub(begun[i]!).norm().item() / begun[i]!.norm().item());
  return { loss: torch.noGrad(() => loss(net(X), y).item()), changes };
}

/** Learning rates, in single and in half precision. */
export async function showRates(
  { report, signal, check }: Context,
  steps: number,
  seedsOf: readonly number[],
): Promise<void> {
  const rates = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];
  const precisions = { float32: (t: Tensor) => t, float16: (t: Tensor) => torch.roundToHalf(t) };
  const sweep = new Map<string, ReturnType<typeof trainRounded>[]>();
  for (const [p, [precision, round]] of Object.entries(precisions).entries()) {
    for (const [i, lr] of rates.entries()) {
      const endings = seedsOf.map((s) => {
        torch.manualSeed(s);
        return trainRounded(round, lr, steps);
      });
      sweep.set(`${precision} ${lr}`, endings);
      report.progress({
        label: { en: `learning rate ${lr}, ${precision}`, zh: `学习率 ${lr}，${precision}` },
        done: p * rates.length + i + 1,
        total: 2 * rates.length,
      });
      await torch.utils.data.breathe();
      if (signal.aborted) return;
    }
  }
  const endingsOf = (precision: string, lr: number) => sweep.get(`${precision} ${lr}`)!;
  const finalOf = (precision: string, lr: number) => {
    const values = endingsOf(precision, lr).map(({ last }) =>
      Number.isFinite(last) ? last : Number.POSITIVE_INFINITY,
    );
    return median(values);
  };
  const curve = (precision: string, of: (lr: number) => number, format: string): Series => {
    const y = rates.map(of).map((value) => (Number.isFinite(value) ? value : null));
    return { x: rates, y, label: precision, format };
  };
  const names = Object.keys(precisions);
  const movedOf = (precision: string, lr: number) => median(endingsOf(precision, lr).map(({ moved }) => moved));
  const rateAxis = { xlabel: "learning rate", xscale: "log" } as const;
  report.figure(
    figureOf(
      "rates",
      [
        {
          ...rateAxis,
          title: `after ${steps} steps`,
          ylabel: "loss",
          yscale: "log",
          series: names.map((name, i) => curve(name, (lr) => finalOf(name, lr), lineFormats[i]!)),
        },
        {
          ...rateAxis,
          title: "parameters that moved",
          ylabel: "share",
          ylim: [0, 1.05],
          series: names.map((name, i) => curve(name, (lr) => movedOf(name, lr), lineFormats[i]!)),
        },
      ],
      {
        panelSize: [4, 3],
        caption: localize({
          en: "A small ReLU network by learning rate (medians; where the line ends the loss is not a number)",
          zh: "小型 ReLU 网络随学习率的结果（中位数；线中断处损失不是数）",
        }),
      },
    ),
  );
  const blown = names.flatMap((name) => endingsOf(name, 100));
  const blownAll = blown.filter(({ first, last }) => !(last <= first)).length;
  check("rates", `${blownAll} of ${blown.length}`, blownAll === blown.length);
  const best = names.map((name) => Math.min(finalOf(name, 0.1), finalOf(name, 1)));
  if (steps >= 200) check("window", best.map(short).join(", "), Math.max(...best) < 0.5);
  const [single, rounded] = names.map((name) => endingsOf(name, 1e-5).map(({ moved }) => moved));
  const [least, most] = [Math.min(...single!), Math.max(...rounded!)];
  check("stalled", `${most.toFixed(3)}; ${least.toFixed(3)}`, most < 0.2 && least > 0.5);
}

/** What a deep network trained to, and a shallow one on the same data: the best losses over learning rates. */
export interface DeepAndShallow {
  readonly bestDeep: number;
  readonly bestShallow: number;
}

/** Deep sigmoid networks: their gradients, what training changes, and what it does not; null where it was stopped. */
export async function showDeepSigmoid(
  { report, signal, check }: Context,
  layers: number,
  steps: number,
  seedsOf: readonly number[],
): Promise<DeepAndShallow | null> {
  const deepRates = [0.01, 0.1, 1, 10];
  const gradients: number[][] = [];
  const compared: number[][] = [];
  const zeros: [half: number, single: number][] = [];
  const changes: number[][] = [];
  const bestDeep: number[] = [];
  const bestShallow: number[] = [];
  for (const [i, s] of seedsOf.entries()) {
    torch.manualSeed(s);
    const [X, labels] = spirals(300);
    const { norms: own, bottom } = gradientNorms(
      deepMlp(layers, () => new nn.Sigmoid()),
      X,
      labels,
    );
    gradients.push(own);
    const share = (t: Tensor) => t.eq(0).to(torch.float32).mean().item();
    zeros.push([share(torch.roundToHalf(bottom)), share(bottom)]);
    compared.push(
      gradientNorms(
        deepMlp(layers, () => new nn.ReLU()),
        X,
        labels,
      ).norms,
    );
    const losses = { deep: [] as number[], shallow: [] as number[] };
    for (const lr of deepRates) {
      torch.manualSeed(s);
      const deep = trainDeep(
        deepMlp(layers, () => new nn.Sigmoid()),
        X,
        labels,
        lr,
        steps,
      );
      if (lr === 1) changes.push([...deep.changes]);
      losses.deep.push(deep.loss);
      losses.shallow.push(
        trainDeep(
          deepMlp(1, () => new nn.Sigmoid()),
          X,
          labels,
          lr,
          steps,
        ).loss,
      );
      await torch.utils.data.breathe();
      if (signal.aborted) return null;
    }
    bestDeep.push(Math.min(...losses.deep));
    bestShallow.push(Math.min(...losses.shallow));
    report.progress({
      label: { en: `deep network ${i + 1} of ${seedsOf.length}`, zh: `深层网络 ${i + 1}/${seedsOf.length}` },
      done: i + 1,
      total: seedsOf.length,
    });
  }
  const perLayer = (runs: readonly number[][]) => count(layers + 1).map((l) => median(runs.map((run) => run[l]!)));
  const numbers = count(layers + 1).map((l) => l + 1);
  report.figure(
    figureOf(
      "deep-sigmoid",
      [
        {
          title: "gradient at the start",
          xlabel: "layer",
          ylabel: "norm",
          yscale: "log",
          series: [
            { x: numbers, y: perLayer(gradients), label: "sigmoid", format: "-" },
            { x: numbers, y: perLayer(compared), label: "relu", format: "g-." },
          ],
        },
        {
          title: `weights after ${steps} steps`,
          xlabel: "layer",
          ylabel: "change / length",
          yscale: "log",
          series: [{ x: numbers, y: perLayer(changes), label: "sigmoid, lr 1", format: "-" }],
        },
      ],
      {
        panelSize: [4, 3],
        caption: localize({
          en: `A network of ${layers} hidden layers, the bottom one first`,
          zh: `含 ${layers} 个隐藏层的网络，从底层开始`,
        }),
      },
    ),
  );
  if (layers === 8) {
    const ratio = Math.max(...gradients.map((g) => g[0]! / g.at(-1)!));
    check("bottom", ratio, ratio < 1e-4);
    const [zeroHalf, zeroSingle] = [median(zeros.map(([h]) => h)), Math.max(...zeros.map(([, f]) => f))];
    check("bottomHalf", `${short(zeroHalf)}; ${short(zeroSingle)}`, zeroHalf > 0.5 && zeroSingle === 0);
    if (steps >= 1000) {
      const apart = median(changes.map((c) => c.at(-1)! / c[0]!));
      check("topOnly", apart, apart > 100);
      check("noRate", Math.min(...bestDeep), Math.min(...bestDeep) > 1.05);
      check("depth", median(bestShallow), median(bestShallow) < 0.3);
    }
  }
  return { bestDeep: Math.min(...bestDeep), bestShallow: median(bestShallow) };
}
