// Statistics of every layer while a network runs: what passes forward, and the gradients that come back.
import { noGrad } from "../autograd/index.js";
import { float64 } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Module } from "./module.js";

/** Numbers about a tensor. */
export interface LayerStatistics {
  readonly mean: number;
  /** The standard deviation over all elements, with n in the denominator. */
  readonly std: number;
  readonly maxAbs: number;
  /** The share of elements that are exactly 0: dead units, masked gradients. */
  readonly zeros: number;
  /** How many elements are NaN or infinite; all other numbers are over the rest. */
  readonly nonFinite: number;
}

/** One passage through one layer. */
export interface LayerRecord {
  /** The layer's path, as `"0"` or `"encoder.2"`. */
  readonly layer: string;
  /** What it is: `"Linear"`. */
  readonly type: string;
  /** What passed: the layer's output, or the gradient of it. */
  readonly kind: "activation" | "gradient";
  /** Which call of the network it belongs to: 0, 1, 2, ... */
  readonly pass: number;
  readonly statistics: LayerStatistics;
}

/** The statistics of one tensor. */
export function statisticsOf(tensor: Tensor): LayerStatistics {
  return noGrad(() => {
    // Sums over many elements are rounded less in double precision.
    const x = tensor.data.to(float64);
    const n = x.numel();
    const finite = x.isfinite();
    const count = finite.sum().item();
    const nonFinite = n - count;
    const known = nonFinite === 0 ? x : x.maskedFill(finite.logicalNot(), 0);
    const maxAbs = known.abs().max().item();
    // In units of its size (a power of 2, which rounds nothing), squares neither overflow nor vanish, however far a network explodes.
    const unit = maxAbs > 0 ? 2 ** Math.floor(Math.log2(maxAbs)) : 1;
    const scaled = known.div(unit);
    const mean = scaled.sum().item() / count;
    const spread = scaled.sub(mean).square();
    const squares = (nonFinite === 0 ? spread : spread.maskedFill(finite.logicalNot(), 0)).sum().item();
    const zeros = x.eq(0).sum().item();
    return { mean: unit * mean, std: unit * Math.sqrt(squares / count), maxAbs, zeros: zeros / n, nonFinite };
  });
}

/** Options of `recordLayers`. */
export interface RecordLayersOptions {
  /** Which modules are watched. Default: those without children. */
  readonly filter?: (module: Module, path: string) => boolean;
}

/**
 * Watches a network: every call leaves a record of each layer's output, every backward pass one of its gradient.
 *
 * @example
 * using recorder = nn.utils.recordLayers(net);
 * loss(net(X), y).backward();
 * recorder.records.filter(({ kind }) => kind === "gradient").map(({ layer, statistics }) => [layer, statistics.std]);
 */
export class LayerRecorder implements Disposable {
  readonly records: LayerRecord[] = [];
  private pass = -1;
  private readonly handles: { remove(): void }[] = [];

  constructor(module: Module, options: RecordLayersOptions = {}) {
    const { filter = (candidate: Module) => candidate.children().length === 0 } = options;
    this.handles.push(
      module.registerForwardPreHook(() => {
        this.pass++;
      }),
    );
    for (const [layer, child] of module.namedModules()) {
      if (!filter(child, layer)) continue;
      const add = (kind: LayerRecord["kind"], tensor: Tensor) => {
        const { pass } = this;
        this.records.push({ layer, type: child.constructor.name, kind, pass, statistics: statisticsOf(tensor) });
      };
      this.handles.push(
        child.registerForwardHook((_module, _inputs, output) => add("activation", output)),
        child.registerFullBackwardHook((_module, gradient) => add("gradient", gradient)),
      );
    }
  }

  /** Forgets what was recorded. */
  clear(): void {
    this.records.length = 0;
    this.pass = -1;
  }

  /** Stops watching; what was recorded stays. */
  remove(): void {
    for (const handle of this.handles.splice(0)) handle.remove();
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

/** Watches a network; see `LayerRecorder`. */
export function recordLayers(module: Module, options?: RecordLayersOptions): LayerRecorder {
  return new LayerRecorder(module, options);
}
