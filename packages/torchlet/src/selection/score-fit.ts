// What runs on a fold, made of a network that `fit` trains.
import { fit } from "../fit/fit.js";
import type { FitMetrics, FitModel, FitOptions } from "../fit/types.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Tensor } from "../tensor/tensor.js";
import type { FoldContext, FoldFunction } from "./cross-validate.js";

/** Options of `fit` without what the fold decides; the optimizer must be a function, so that each fold has its own. */
export interface FoldFitOptions<M extends FitMetrics = FitMetrics>
  extends Omit<FitOptions<M>, "data" | "validation" | "seed" | "signal" | "optimizer"> {
  readonly optimizer: (parameters: Tensor[]) => Optimizer;
}

/**
 * The run of one fold with `torch.fit`: a new model, trained on the training part with the same options in every fold,
 * scored on the validation part after the last epoch (after the best one where early stopping restored it).
 *
 * The scores are `loss`, the metrics that are numbers by their names, and `trainLoss`. Early stopping chooses an epoch by
 * the validation part: its score is a little optimistic then.
 *
 * @param make a new model, each time it is called
 * @param options those of `fit`, or a function that makes them anew for each fold (for schedules that count)
 *
 * @example
 * const result = await torch.selection.crossValidate(
 *   torch.selection.scoreFit(() => new nn.Linear(4, 1), {
 *     loss: new nn.MSELoss(), optimizer: (p) => new torch.optim.Adam(p, { lr: 0.1 }), epochs: 20,
 *   }), X, y, { cv: 5, seed: 0 });
 * console.log(result.mean.loss);
 */
export function scoreFit<M extends FitMetrics = Record<never, never>, Model extends FitModel = FitModel>(
  make: (context: FoldContext) => Model,
  options: FoldFitOptions<M> | ((context: FoldContext) => FoldFitOptions<M>),
): FoldFunction<Tensor, Tensor, Model> {
  return async (train, validation, context) => {
    const model = make(context);
    const settings = typeof options === "function" ? options(context) : options;
    const history = await fit(model, {
      ...settings,
      data: train,
      validation,
      seed: context.seed,
      signal: context.signal,
    });
    // An interrupted training has no score: the whole stops.
    context.signal?.throwIfAborted();
    const { epochs, best, restoredBest } = history;
    const record = restoredBest && best !== null ? epochs[best.epoch - 1] : epochs.at(-1);
    const measured = Object.entries(record?.validation ?? { loss: Number.NaN });
    const numbers = measured.filter((entry): entry is [string, number] => typeof entry[1] === "number");
    return { scores: { ...Object.fromEntries(numbers), trainLoss: record?.train.loss ?? Number.NaN }, model };
  };
}
