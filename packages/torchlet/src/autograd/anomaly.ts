// Anomaly mode: the first NaN or infinity of a forward or a backward pass, with where it came from.
import { instructions } from "../engine/index.js";
import { AnomalyError, type Localized } from "../errors/index.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Node } from "./node.js";

let enabled = false;
let steps = 0;

/** Whether every recorded operation is watched for NaN and infinities. */
export function anomalyDetectionEnabled(): boolean {
  return enabled;
}

/**
 * Watches every recorded operation, forward and backward, from now on (or no longer).
 *
 * The first result that is not finite throws an AnomalyError that names the operation, the layer, the backward pass it
 * happened in, the ranges of the operation's inputs, and (backward) the line that ran the operation forward.
 */
export function setDetectAnomaly(value: boolean): void {
  enabled = value;
  steps = 0;
}

/**
 * Runs a function, or the rest of a block, under anomaly detection.
 *
 * @throws AnomalyError at the first NaN or infinity
 *
 * @example
 * torch.autograd.detectAnomaly(() => loss(net(X), y).backward());
 */
export function detectAnomaly<T>(body: () => T): T;
export function detectAnomaly(): Disposable;
export function detectAnomaly<T>(body?: () => T): T | Disposable {
  const before = enabled;
  setDetectAnomaly(true);
  const restore = () => {
    enabled = before;
  };
  if (body === undefined) return { [Symbol.dispose]: restore };
  try {
    return body();
  } finally {
    restore();
  }
}

/** Counts backward passes, so that a report can say in which step it happened. */
export function countStep(): void {
  if (enabled) steps++;
}

/** The layers that are being computed, outermost first; src/nn provides it. */
let layerPath: () => string | undefined = () => undefined;
export function provideLayerPath(provided: () => string | undefined): void {
  layerPath = provided;
}

/** What a node remembers for a later report. */
export interface Origin {
  readonly layer: string | undefined;
  /** Its stack is made into text only when somebody reads it. */
  readonly trace: Error;
}

/** Where an operation runs: the layer and the line. */
export function rememberOrigin(): Origin | null {
  return enabled ? { layer: layerPath(), trace: new Error("created here") } : null;
}

/** Shape and range of a tensor, as a report shows it. */
export interface TensorSummary {
  readonly shape: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly nan: number;
  readonly infinite: number;
}

/** Counts and ranges of a tensor's values. */
export function summarize(x: Tensor): TensorSummary {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let nan = 0;
  let infinite = 0;
  for (const v of x.toTypedArray()) {
    if (Number.isNaN(v)) nan++;
    else {
      if (!Number.isFinite(v)) infinite++;
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
  }
  return { shape: [...x.shape], min, max, nan, infinite };
}

function describe(summary: TensorSummary): string {
  const { shape, min, max, nan, infinite } = summary;
  const odd = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} Inf`] : [])];
  const range = min > max ? "-" : `${Number(min.toPrecision(4))}..${Number(max.toPrecision(4))}`;
  return `${formatShape(shape)} ${range}${odd.length > 0 ? ` (${odd.join(", ")})` : ""}`;
}

/** Whether all values are finite; integers always are. */
function isFinite(x: Tensor): boolean {
  if (!x.dtype.isFloatingPoint || x.numel() === 0) return true;
  if (!x.dense) return x.toTypedArray().every(Number.isFinite);
  return instructions.allFinite(x.dtype.code, x.numel(), x.address());
}

function anomaly(
  phase: "forward" | "backward",
  node: Node,
  inputs: readonly Tensor[],
  result: Tensor,
  origin: Origin | null,
): AnomalyError {
  const ranges = inputs.map(summarize);
  const outcome = summarize(result);
  const what = outcome.nan > 0 ? "NaN" : "Inf";
  const layer = origin?.layer;
  const operation = node.name.replace(/Backward\d*$/, "");
  const bad = ranges.some((r) => r.nan + r.infinite > 0);
  const list = ranges.map(describe).join(", ");
  const rule: Localized =
    phase === "forward"
      ? {
          en: `${operation} gave ${what} (${describe(outcome)}) from inputs ${list}, before backward pass ${steps + 1}`,
          zh: `${operation} 由输入 ${list} 得到了 ${what}（${describe(outcome)}），在第 ${steps + 1} 次反向传播之前`,
        }
      : {
          en: `the gradient of ${operation} gave ${what} (${describe(outcome)}) from ${list}, in backward pass ${steps}`,
          zh: `${operation} 的梯度由 ${list} 得到了 ${what}（${describe(outcome)}），在第 ${steps} 次反向传播中`,
        };
  const hint: Localized = bad
    ? {
        en: "it was in the operation's input already: look at the data, or at what is computed without gradients",
        zh: "该操作的输入中已有异常值：请检查数据，或不求梯度的计算",
      }
    : {
        en: "usual causes: a learning rate too large, exp or log out of range, division by 0, sqrt at 0",
        zh: "常见原因：学习率过大、exp 或 log 超出范围、除以 0、在 0 处求 sqrt 的梯度",
      };
  return new AnomalyError("anomaly", {
    path: layer === undefined ? "autograd" : layer,
    rule,
    hint,
    expected: "finite values",
    received: {
      phase,
      operation,
      layer,
      step: phase === "forward" ? steps + 1 : steps,
      inputs: ranges,
      result: outcome,
    },
    cause: phase === "backward" ? origin?.trace : undefined,
  });
}

/** Looks at an operation's results when it is recorded. */
export function checkForward(node: Node, outs: readonly Tensor[]): void {
  for (const out of outs) if (!isFinite(out)) throw anomaly("forward", node, node.inputs, out, node.origin);
}

/** Looks at the gradients that an operation's vector-Jacobian product gave. */
export function checkGradient(
  node: Node,
  gradients: readonly (Tensor | null)[],
  results: readonly (Tensor | null | undefined)[],
): void {
  for (const result of results) {
    if (result == null || isFinite(result)) continue;
    const inputs = [...gradients.filter((g) => g !== null), ...node.inputs];
    throw anomaly("backward", node, inputs, result, node.origin);
  }
}
