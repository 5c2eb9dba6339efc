// What the toolkit's functions take: the book's mixture of modules and plain functions.
import type { optim, Tensor } from "torchlet";

/** A model: a module, which is a function, or any other function of a batch. */
export type Net = (X: Tensor) => Tensor;

/** A loss of predictions and targets. */
export type Loss = (yHat: Tensor, y: Tensor) => Tensor;

/** An optimizer, or a function that updates the parameters and is told the batch size (as `sgd` with its parameters bound). */
export type Updater = optim.Optimizer | ((batchSize: number) => void);

/** Batches of inputs and targets. */
export interface BatchIterable extends Iterable<readonly Tensor[]> {
  readonly length?: number;
}
