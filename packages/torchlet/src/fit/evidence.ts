// What is looked at when something is wrong: data, labels, weights, gradients by layer, units that are always 0.
import { detectAnomaly, noGrad } from "../autograd/index.js";
import { AnomalyError } from "../errors/index.js";
import { ReLU } from "../nn/layers.js";
import { Module } from "../nn/module.js";
import { getRngState, setRngState } from "../ops/random.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Stepper } from "./step.js";

/** A batch as it was given to the model. */
export interface SuspectBatch {
  readonly X: Tensor;
  readonly y: Tensor;
  readonly weight: Tensor | null;
}

/** Runs what must leave no trace: random numbers, buffers and gradients are afterwards what they were before the step. */
export function undisturbed<T>(stepper: Stepper, body: () => T): T {
  const random = getRngState();
  const { model } = stepper.settings;
  const buffers = model instanceof Module ? model.buffers() : [];
  const copies = buffers.map((buffer) => buffer.detach().clone());
  try {
    return body();
  } finally {
    stepper.settings.optimizer.zeroGrad();
    noGrad(() => {
      for (const [i, buffer] of buffers.entries()) buffer.copy_(copies[i]!);
    });
    setRngState(random);
  }
}

/** Values of a batch that are no numbers. */
export interface BadValues {
  readonly where: "inputs" | "targets" | "weights";
  readonly count: number;
  readonly nan: number;
  /** The first of them. */
  readonly sample: number;
  readonly column: number;
  /** Columns that have any, at most 8, with how many. */
  readonly columns: { readonly column: number; readonly count: number }[];
}

/** NaN and infinities in the data of a batch; null where there are none. */
export function badValues({ X, y, weight }: SuspectBatch): BadValues | null {
  const parts: [BadValues["where"], Tensor | null][] = [
    ["inputs", X],
    ["targets", y],
    ["weights", weight],
  ];
  for (const [where, t] of parts) {
    if (t === null || !t.dtype.isFloatingPoint) continue;
    const values = t.toTypedArray();
    const width = values.length / Math.max(t.shape[0] ?? 1, 1);
    const columns = new Map<number, number>();
    let [count, nan, first] = [0, 0, -1];
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i]!)) continue;
      if (first < 0) first = i;
      count++;
      if (Number.isNaN(values[i]!)) nan++;
      columns.set(i % width, (columns.get(i % width) ?? 0) + 1);
    }
    if (count === 0) continue;
    const list = [...columns].slice(0, 8).map(([column, n]) => ({ column, count: n }));
    return { where, count, nan, sample: Math.floor(first / width), column: first % width, columns: list };
  }
  return null;
}

/** The root mean squares of the inputs' columns. */
export interface FeatureScales {
  readonly largest: number;
  readonly column: number;
  readonly median: number;
  /** That of the targets. */
  readonly targets: number;
}

/** How large inputs and targets are; null for inputs that are indices. */
export function featureScales({ X, y }: SuspectBatch): FeatureScales | null {
  if (!X.dtype.isFloatingPoint && X.dtype.name !== "uint8") return null;
  const rms = (t: Tensor) => {
    const values = t.toTypedArray();
    const width = Math.max(values.length / Math.max(t.shape[0] ?? 1, 1), 1);
    const squares = new Float64Array(width);
    for (let i = 0; i < values.length; i++) squares[i % width]! += values[i]! ** 2;
    return squares.map((s) => Math.sqrt((s * width) / values.length));
  };
  const scales = rms(X);
  let column = 0;
  for (let c = 1; c < scales.length; c++) if (scales[c]! > scales[column]!) column = c;
  const sorted = scales.slice().sort();
  return {
    largest: scales[column]!,
    column,
    median: sorted[sorted.length >> 1]!,
    targets: rms(y).reduce((a, b) => Math.max(a, b), 0),
  };
}

/** The largest size of any value; NaN where one is no number. */
export function largestOf(tensors: Iterable<Tensor>): number {
  let largest = 0;
  for (const t of tensors) {
    if (!t.dtype.isFloatingPoint) continue;
    for (const v of t.toTypedArray()) {
      if (Number.isNaN(v)) return NaN;
      if (Math.abs(v) > largest) largest = Math.abs(v);
    }
  }
  return largest;
}

/** The first operation of a batch that gives NaN or an infinity from the weights as they are; null where none does. */
export function firstAnomaly(stepper: Stepper, { X, y, weight }: SuspectBatch): AnomalyError | null {
  return undisturbed(stepper, () => {
    try {
      detectAnomaly(() => stepper.examine(X, y, weight));
    } catch (error) {
      if (error instanceof AnomalyError) return error;
      throw error;
    }
    return null;
  });
}

/** The gradient of one parameter beside the parameter itself. */
export interface LayerGradient {
  readonly name: string;
  readonly gradient: number;
  readonly weight: number;
}

/** Norms of gradients and parameters, in the order of the layers. */
export function layerGradients(stepper: Stepper, { X, y, weight }: SuspectBatch): LayerGradient[] {
  const { model, optimizer } = stepper.settings;
  return undisturbed(stepper, () => {
    stepper.examine(X, y, weight);
    const named: [string, Tensor][] =
      model instanceof Module
        ? [...model.namedParameters()]
        : optimizer.paramGroups.flatMap(({ params }, g) => params.map((p, i): [string, Tensor] => [`${g}.${i}`, p]));
    const norm = (t: Tensor | null) => {
      if (t === null) return 0;
      let sum = 0;
      for (const v of t.toTypedArray()) sum += v * v;
      return Math.sqrt(sum);
    };
    return named.map(([name, p]) => ({ name, gradient: norm(p.gradient), weight: norm(p.data) }));
  });
}

/** How many units of a layer are 0 for every sample of a batch. */
export interface DeadUnits {
  readonly layer: string;
  readonly units: number;
  readonly dead: number;
}

/** ReLU layers and their dead units, worst first. */
export function deadUnits(stepper: Stepper, { X }: SuspectBatch): DeadUnits[] {
  const { model } = stepper.settings;
  if (!(model instanceof Module)) return [];
  const found: DeadUnits[] = [];
  const handles = [...model.namedModules()].flatMap(([name, module]) =>
    module instanceof ReLU
      ? [
          module.registerForwardHook((_module, _inputs, output) => {
            const values = output.toTypedArray();
            const units = values.length / Math.max(output.shape[0] ?? 1, 1);
            const alive = new Uint8Array(units);
            for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[i % units] = 1;
            const dead = units - alive.reduce((a, b) => a + b, 0);
            found.push({ layer: `net.${name} (${module.describe()})`, units, dead });
          }),
        ]
      : [],
  );
  try {
    undisturbed(stepper, () => noGrad(() => model(X)));
  } finally {
    for (const handle of handles) handle.remove();
  }
  return found.sort((a, b) => b.dead / b.units - a.dead / a.units);
}
