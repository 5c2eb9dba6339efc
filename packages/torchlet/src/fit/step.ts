// One training step: gradients of a batch or of several, then clipping and the optimizer, with a look at the numbers in between.
import { noGrad } from "../autograd/index.js";
import { type Compiled, compile } from "../compile/compile.js";
import { Module } from "../nn/module.js";
import { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm } from "../nn/utils-clip.js";
import { LBFGS } from "../optim/lbfgs.js";
import type { Optimizer } from "../optim/optimizer.js";
import { Tensor } from "../tensor/tensor.js";
import type { Objective } from "./objective.js";
import type { FitModel } from "./types.js";

/** What a step is made of. */
export interface StepSettings {
  readonly model: FitModel;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Whether batches make a step of their own each. */
  readonly single: boolean;
  /** Whether gradients add up as they are: a loss that is a sum. */
  readonly sums: boolean;
  readonly clipGradNorm: number | null;
  readonly clipGradValue: number | null;
  readonly compiled: boolean;
  /** Whether predictions are wanted, for metrics. */
  readonly withPredictions: boolean;
}

/** What the gradients of a batch showed. */
export interface BatchResult {
  readonly loss: number;
  /** What the loss counts for in a mean. */
  readonly divisor: number;
  /** The norm of all gradients; null while batches are still accumulated. */
  readonly norm: number | null;
  readonly preds: Tensor | null;
}

type Gradients = (
  X: Tensor,
  y: Tensor,
  weight: Tensor | null,
  begins: boolean,
) => [mean: Tensor, divisor: Tensor | number, norm: Tensor | null, preds: Tensor | null];

const numberOf = (value: Tensor | number): number => (value instanceof Tensor ? value.item() : value);

/** The parameters that an optimizer changes. */
export function parametersOf(optimizer: Optimizer): Tensor[] {
  return optimizer.paramGroups.flatMap(({ params }) => [...params]);
}

/**
 * Runs steps in two halves.
 *
 * Gradients first, in one compiled call where that is safe; the loss and the norm of the gradients are read; only then are the
 * parameters changed. A loss or a gradient that is no number therefore never reaches the weights, and no copy of them is needed.
 */
export class Stepper {
  private readonly gradients: Gradients;
  private readonly parameters: Tensor[];
  private readonly buffers: Tensor[];
  /** The buffers before the step: batch normalization has taken the batch in by then. */
  private readonly kept: Tensor[];
  private norm: Tensor | null = null;
  private divisor = 0;

  constructor(readonly settings: StepSettings) {
    const { model, optimizer, compiled } = settings;
    this.parameters = parametersOf(optimizer);
    this.buffers = model instanceof Module ? model.buffers() : [];
    this.kept = this.buffers.map((buffer) => buffer.detach().clone());
    const plain: Gradients = (...args) => this.plain(...args);
    this.gradients = compiled ? compile(plain, { fullgraph: false, name: "fit" }) : plain;
  }

  /** Gradients of everything that has one. */
  private given(): Tensor[] {
    return this.parameters.flatMap(({ gradient }) => (gradient === null ? [] : [gradient]));
  }

  private plain(X: Tensor, y: Tensor, weight: Tensor | null, begins: boolean): ReturnType<Gradients> {
    const { model, objective, optimizer, single, withPredictions } = this.settings;
    if (begins) {
      noGrad(() => {
        for (let i = 0; i < this.buffers.length; i++) this.kept[i]!.copy_(this.buffers[i]!.detach());
      });
      optimizer.zeroGrad();
    }
    const out = model(X);
    const { mean, total, divisor } = objective(out, y, weight);
    (single ? mean : total).backward();
    return [
      mean.detach(),
      divisor instanceof Tensor ? divisor.detach() : divisor,
      single ? getTotalNorm(this.given()) : null,
      withPredictions ? out.detach() : null,
    ];
  }

  /** Adds the gradients of a batch to those of the step; `begins`: to none. */
  accumulate(X: Tensor, y: Tensor, weight: Tensor | null, begins: boolean): BatchResult {
    if (begins) this.divisor = 0;
    const [mean, divisor, norm, preds] = this.gradients(X, y, weight, begins);
    const count = numberOf(divisor);
    this.divisor += count;
    this.norm = norm;
    return { loss: mean.item(), divisor: count, norm: norm === null ? null : norm.item(), preds };
  }

  /** Makes the gradients those of one large batch; their norm. */
  combine(): number {
    const { single, sums } = this.settings;
    if (single) return this.norm!.item();
    const given = this.given();
    if (!sums) for (const gradient of given) gradient.data.mul_(1 / this.divisor);
    this.norm = getTotalNorm(given);
    return this.norm.item();
  }

  /** Clips, and changes the parameters. */
  update(): void {
    const { optimizer, clipGradNorm, clipGradValue } = this.settings;
    if (clipGradNorm !== null) clipGradsWithNorm_(this.parameters, clipGradNorm, this.norm!);
    if (clipGradValue !== null) clipGradValue_(this.parameters, clipGradValue);
    optimizer.step();
  }

  /** A step of an optimizer that computes the loss itself, as often as it needs to. */
  stepWithClosure(X: Tensor, y: Tensor, weight: Tensor | null): BatchResult {
    const { optimizer, clipGradNorm, clipGradValue } = this.settings;
    let first: BatchResult | null = null;
    (optimizer as LBFGS).step(() => {
      const [mean, divisor, norm, preds] = this.plain(X, y, weight, true);
      // What was before the step is what the history shows.
      if (first === null) this.norm = norm;
      first ??= { loss: mean.item(), divisor: numberOf(divisor), norm: norm?.item() ?? null, preds };
      if (clipGradNorm !== null) clipGradNorm_(this.parameters, clipGradNorm);
      if (clipGradValue !== null) clipGradValue_(this.parameters, clipGradValue);
      return mean;
    });
    return first!;
  }

  /** Whether the optimizer wants `stepWithClosure`. */
  get needsClosure(): boolean {
    return this.settings.optimizer instanceof LBFGS;
  }

  /** Forgets a step that was begun: gradients go, buffers are what they were before it. */
  abandon(): void {
    this.settings.optimizer.zeroGrad();
    noGrad(() => {
      for (let i = 0; i < this.buffers.length; i++) this.buffers[i]!.copy_(this.kept[i]!);
    });
  }

  /** Gives the plans' memory back: a hundred trainings in a row must not keep a hundred of them. */
  dispose(): void {
    disposeOf(this.gradients);
  }

  /** Gradients of a batch, one operation after another, to look at or to watch under anomaly detection. */
  examine(X: Tensor, y: Tensor, weight: Tensor | null): void {
    this.plain(X, y, weight, true);
  }
}

/** The memory of a function's plans, where it is a compiled one. */
function disposeOf(step: object): void {
  (step as Partial<Pick<Compiled<unknown[], unknown>, "dispose">>).dispose?.();
}

/** Evaluates a batch. */
export interface Evaluation {
  (X: Tensor, y: Tensor, weight: Tensor | null): BatchResult;
  /** Gives the plans' memory back. */
  dispose(): void;
}

/** Loss and predictions without gradients; compiled where that is safe. */
export function evaluationOf(
  model: FitModel,
  objective: Objective,
  compiled: boolean,
  withPredictions: boolean,
): Evaluation {
  const plain = (X: Tensor, y: Tensor, weight: Tensor | null): [Tensor, Tensor | number, Tensor | null] => {
    const out = model(X);
    const { mean, divisor } = objective(out, y, weight);
    return [mean, divisor, withPredictions ? out : null];
  };
  const run = compiled ? compile(plain, { fullgraph: false, name: "evaluate" }) : plain;
  const evaluate = (X: Tensor, y: Tensor, weight: Tensor | null): BatchResult => {
    const [mean, divisor, preds] = noGrad(() => run(X, y, weight));
    return { loss: mean.item(), divisor: numberOf(divisor), norm: null, preds };
  };
  return Object.assign(evaluate, { dispose: () => disposeOf(run) });
}
