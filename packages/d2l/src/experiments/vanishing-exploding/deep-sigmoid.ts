// F109: a deep sigmoid network. Its gradients by layer, what training changes, and what it does not.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { count } from "./numbers.js";
import { spirals } from "./spirals.js";

/** A network of `depth` hidden layers of 16 units, as PyTorch would initialize it. */
export function deepMlp(depth: number, activation: new () => nn.Module): nn.Sequential {
  const layers: nn.Module[] = [];
  for (let i = 0; i < depth; i++) layers.push(new nn.Linear(i === 0 ? 2 : 16, 16), new activation());
  return new nn.Sequential(...layers, new nn.Linear(16, 3));
}

const weightsOf = (net: nn.Sequential) =>
  net.modules().flatMap((module) => (module instanceof nn.Linear ? [module.weight] : []));

/** The gradients of the loss with respect to each layer's weights, the bottom layer's first. */
export function weightGradients(net: nn.Sequential, X: Tensor, y: Tensor): Tensor[] {
  const loss = new nn.CrossEntropyLoss();
  return torch.autograd.grad(loss(net(X), y), weightsOf(net)).map((gradient) => gradient!);
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

/** What one seed gave. */
interface Run {
  /** Norms of the gradients at the start, by layer. */
  readonly sigmoid: readonly number[];
  readonly relu: readonly number[];
  /** The share of exact zeros in the bottom layer's gradient. */
  readonly zerosHalf: number;
  readonly zerosSingle: number;
  /** What training at a rate of 1 changed, by layer. */
  readonly changes: readonly number[];
  /** The best losses over all rates. */
  readonly deep: number;
  readonly shallow: number;
}

const rates = [0.01, 0.1, 1, 10];

/** Measures and trains with one seed; null where it was stopped. */
async function runSeed(seed: number, layers: number, steps: number, signal: AbortSignal): Promise<Run | null> {
  torch.manualSeed(seed);
  const [X, y] = spirals(300);
  const gradients = weightGradients(deepMlp(layers, nn.Sigmoid), X, y);
  const compared = weightGradients(deepMlp(layers, nn.ReLU), X, y);
  const zeros = (gradient: Tensor) => gradient.eq(0).to(torch.float32).mean().item();
  const norms = (of: readonly Tensor[]) => of.map((gradient) => gradient.norm().item());
  let changes: readonly number[] = [];
  const [deep, shallow]: [number[], number[]] = [[], []];
  for (const lr of rates) {
    torch.manualSeed(seed);
    const trained = trainDeep(deepMlp(layers, nn.Sigmoid), X, y, lr, steps);
    if (lr === 1) changes = trained.changes;
    deep.push(trained.loss);
    shallow.push(trainDeep(deepMlp(1, nn.Sigmoid), X, y, lr, steps).loss);
    await torch.utils.data.breathe();
    if (signal.aborted) return null;
  }
  return {
    sigmoid: norms(gradients),
    relu: norms(compared),
    zerosHalf: zeros(torch.roundToHalf(gradients[0]!)),
    zerosSingle: zeros(gradients[0]!),
    changes,
    deep: Math.min(...deep),
    shallow: Math.min(...shallow),
  };
}

/** The best losses, of the deep networks and of shallow ones on the same data; null where it was stopped. */
export async function showDeepSigmoid(
  { report, signal, check }: Context,
  layers: number,
  steps: number,
  seeds: readonly number[],
): Promise<{ readonly bestDeep: number; readonly bestShallow: number } | null> {
  const runs: Run[] = [];
  for (const seed of seeds) {
    const run = await runSeed(seed, layers, steps, signal);
    if (run === null) return null;
    runs.push(run);
    report.progress({
      label: { en: `deep network ${runs.length} of ${seeds.length}`, zh: `深层网络 ${runs.length}/${seeds.length}` },
      done: runs.length,
      total: seeds.length,
    });
  }
  report.figure(layersFigure(runs, layers, steps));
  const bestDeep = Math.min(...runs.map(({ deep }) => deep));
  const bestShallow = median(runs.map(({ shallow }) => shallow));
  if (layers === 8) {
    const ratio = Math.max(...runs.map(({ sigmoid }) => sigmoid[0]! / sigmoid.at(-1)!));
    check("bottom", ratio, ratio < 1e-4);
    const half = median(runs.map(({ zerosHalf }) => zerosHalf));
    const single = Math.max(...runs.map(({ zerosSingle }) => zerosSingle));
    check("bottomHalf", `float16: ${short(half)}, float32: ${short(single)}`, half > 0.5 && single === 0);
    if (steps >= 1000) {
      const apart = median(runs.map(({ changes }) => changes.at(-1)! / changes[0]!));
      check("topOnly", apart, apart > 100);
      check("noRate", bestDeep, bestDeep > 1.05);
      check("depth", bestShallow, bestShallow < 0.3);
    }
  }
  return { bestDeep, bestShallow };
}

function layersFigure(runs: readonly Run[], layers: number, steps: number) {
  const numbers = count(layers + 1).map((l) => l + 1);
  const line = (of: (run: Run) => readonly number[], label: string, format: string) => ({
    x: numbers,
    y: numbers.map((_, l) => median(runs.map((run) => of(run)[l]!))),
    label,
    format,
  });
  const axes = { xlabel: localize({ en: "layer", zh: "层" }), yscale: "log" } as const;
  const panels = [
    {
      ...axes,
      title: localize({ en: "gradient at the start", zh: "初始时的梯度" }),
      ylabel: localize({ en: "norm", zh: "范数" }),
      series: [line(({ sigmoid }) => sigmoid, "sigmoid", "-"), line(({ relu }) => relu, "relu", "g-.")],
    },
    {
      ...axes,
      title: localize({ en: `weights after ${steps} steps`, zh: `${steps} 步之后的权重` }),
      ylabel: localize({ en: "change / length", zh: "变化 / 长度" }),
      series: [line(({ changes }) => changes, localize({ en: "sigmoid, lr 1", zh: "sigmoid，lr 1" }), "-")],
    },
  ];
  return figureOf("deep-sigmoid", panels, {
    panelSize: [4, 3],
    caption: localize({
      en: `A network of ${layers} hidden layers, the bottom one first (medians)`,
      zh: `含 ${layers} 个隐藏层的网络，从底层开始（中位数）`,
    }),
  });
}
