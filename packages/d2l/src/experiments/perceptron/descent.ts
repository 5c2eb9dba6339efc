// F5, F6, F8, P3: the perceptron's rule as gradient descent, the bias as a weight, and learning rates that change nothing.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import type { Context } from "./claims.js";
import { absorbBias, type Labelled, separable } from "./data.js";
import { trainPerceptron } from "./train.js";

/** max(0, -m) of the margin m = y <w, x>. At 0 clamp has the slope that the rule wants, relu has none. */
const loss = (margin: Tensor) => margin.neg().clamp({ min: 0 });

/** The book's loop with batches of one sample; the weights after every step that changed them. */
export function descend({ X, y }: Labelled, numEpochs: number): number[][] {
  const w = torch.zeros(X.shape[1]!, { dtype: X.dtype, requiresGrad: true });
  const dataset = new torch.utils.data.TensorDataset(X, y);
  const dataIter = new torch.utils.data.DataLoader(dataset, { batchSize: 1, shuffle: false });
  const updater = new torch.optim.SGD([w], { lr: 1 });
  const path: number[][] = [];
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    for (const [Xi, yi] of dataIter) {
      const l = loss(Xi!.matmul(w).mul(yi!)).sum();
      updater.zeroGrad();
      l.backward();
      updater.step();
      const now = w.tolist() as number[];
      if (now.some((v, k) => v !== (path.at(-1)?.[k] ?? 0))) path.push(now);
    }
  }
  return path;
}

/** The weights after every update of the rule itself. */
function rule(data: Labelled, options: Parameters<typeof trainPerceptron>[2] = {}) {
  const path: number[][] = [];
  const trained = trainPerceptron(data.X, data.y, {
    ...options,
    onUpdate: ({ w, b }) => path.push([...(w.tolist() as number[]), ...(options?.bias === false ? [] : [b])]),
  });
  return { path, ...trained };
}

/** The largest difference of two paths; infinite where one is longer. */
export function distance(a: readonly number[][], b: readonly number[][]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...a.flatMap((v, i) => v.map((x, k) => Math.abs(x - b[i]![k]!))));
}

/** How far the first step of a loss goes, as a share of the rule's. */
function firstStep(of: (margin: Tensor) => Tensor, { X, y }: Labelled): number {
  const w = torch.zeros(X.shape[1]!, { dtype: X.dtype, requiresGrad: true });
  const [x, label] = [X.index(0), y.index(0)];
  of(w.dot(x).mul(label)).backward();
  return w.grad!.norm().div(x.norm()).item();
}

export async function descent({ check, signal }: Context, points: number, seeds: number, seed: number): Promise<void> {
  const [descents, biases, rates]: [number[], number[], number[]] = [[], [], []];
  let same = true;
  for (let s = 0; s < seeds; s++) {
    torch.manualSeed(seed + s);
    const data = separable(points, 0.1);
    const plain = rule(data);
    const absorbed = { X: absorbBias(data.X), y: data.y };
    const within = rule(absorbed, { bias: false });
    descents.push(distance(descend(absorbed, within.epochs), within.path));
    biases.push(distance(plain.path, within.path));
    for (const lr of [0.001, 0.1, 10]) {
      const scaled = rule(data, { lr });
      same &&= scaled.mistakes === plain.mistakes && scaled.epochs === plain.epochs;
      rates.push(
        distance(
          scaled.path.map((v) => v.map((x) => x / lr)),
          plain.path,
        ),
      );
    }
    await torch.utils.data.breathe();
    if (signal.aborted) return;
  }
  const data = separable(points, 0.1);
  check("descent", Math.max(...descents), Math.max(...descents) === 0);
  const whole = firstStep(loss, data);
  const relu = firstStep((m) => torch.relu(m.neg()), data) / whole;
  const maximum = firstStep((m) => torch.maximum(m.neg(), torch.zerosLike(m)), data) / whole;
  check("relu", `relu ${relu}, maximum ${maximum}`, relu === 0 && maximum === 0.5);
  check("bias", Math.max(...biases), Math.max(...biases) <= 1e-12);
  check(
    "rate",
    {
      en: `${same ? "same number" : "other numbers"}; ${Math.max(...rates).toExponential(1)}`,
      zh: `${same ? "次数相同" : "次数不同"}；${Math.max(...rates).toExponential(1)}`,
    },
    same && Math.max(...rates) <= 1e-9,
  );
}
