// What a training has seen its first batch for: shapes checked, lazy layers initialized, steps ready and compiled where that is safe.
import { noGrad } from "../autograd/index.js";
import { isBuiltin } from "../compile/own.js";
import { Module } from "../nn/module.js";
import { tensor } from "../ops/creation.js";
import { forkRng } from "../ops/random.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Tensor } from "../tensor/tensor.js";
import { classWeightOf, optionError } from "./check-options.js";
import type { SuspectBatch } from "./evidence.js";
import { isSum, objectiveOf, refuseBroadcast } from "./objective.js";
import { type Evaluation, evaluationOf, Stepper } from "./step.js";
import type { FitMetrics, FitModel, FitOptions } from "./types.js";

/** How a training takes a step, and how it evaluates a batch. */
export interface Prepared {
  readonly stepper: Stepper;
  readonly evaluate: Evaluation;
}

/** @throws ShapeError for predictions and labels that would broadcast; ValueError for options that do not fit together */
export function prepare<M extends FitMetrics>(
  model: FitModel,
  options: FitOptions<M>,
  optimizer: Optimizer,
  { X, y }: SuspectBatch,
): Prepared {
  const { loss, accumulateSteps = 1, clipGradNorm = null, clipGradValue = null } = options;
  const preds = firstPredictions(model, loss, X, y);
  const objective = objectiveOf({
    loss,
    classWeight: classWeightOf(options.classWeight, (values) => tensor([...values], { dtype: preds?.dtype })),
    accumulates: accumulateSteps > 1,
    sampleWeights: options.sampleWeight !== undefined,
  });
  const safe = isBuiltin(model, loss);
  const withPredictions = Object.keys(options.metrics ?? {}).length > 0;
  const stepper = new Stepper({
    model,
    objective,
    optimizer,
    single: accumulateSteps === 1,
    sums: isSum(loss),
    clipGradNorm,
    clipGradValue,
    compiled: options.compile ?? (safe && isBuiltin(optimizer)),
    withPredictions,
  });
  if (stepper.needsClosure && accumulateSteps > 1) {
    throw optionError("accumulateSteps", "must be 1 with LBFGS", "在使用 LBFGS 时必须为 1", accumulateSteps);
  }
  return { stepper, evaluate: evaluationOf(model, objective, options.compile ?? safe, withPredictions) };
}

/** Predictions where shapes or sizes have to be known beforehand: without random numbers, and without a trace in buffers. */
function firstPredictions(model: FitModel, loss: FitOptions["loss"], X: Tensor, y: Tensor): Tensor | null {
  const lazy = model instanceof Module && model.modules().some((m) => "hasUninitializedParams" in m);
  if (!lazy && isBuiltin(loss) && loss instanceof Module) return null;
  if (model instanceof Module) model.eval();
  const predict = () => {
    const preds = model(X);
    refuseBroadcast(loss, preds, y);
    return preds;
  };
  // A function may draw in spite of that, and layers that learn their sizes draw their weights: those draws are to stay.
  return noGrad(() => (lazy ? predict() : forkRng(predict)));
}
