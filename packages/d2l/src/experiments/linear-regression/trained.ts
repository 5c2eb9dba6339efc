// How linear regression is trained here, and what comes of it.
import type { Tensor } from "torchlet";

/** The book's three numbers. */
export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
}

/** What a training gave: the loss after each epoch, w and b, and where w went. */
export interface Trained {
  readonly losses: number[];
  readonly w: number[];
  readonly b: number;
  readonly path: [number, number][];
}

/** The elements of a tensor, whatever its shape. */
export const numbersOf = (tensor: Tensor) => tensor.detach().reshape(-1).tolist() as number[];
