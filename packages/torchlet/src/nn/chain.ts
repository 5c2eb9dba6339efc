// Layers that do not fit together, found by the compiler where their sizes are literal.
import type { Flatten } from "./layers.js";
import type { Linear } from "./linear.js";

/** What the compiler shows where a layer takes another number of features than come in. */
export interface LayerMismatch<Takes extends number, Comes extends number> {
  readonly error: `this layer takes ${Takes} features, but ${Comes} come in`;
}

/** Marks, in types only, the layers that leave the number of features as it is. */
export declare const KEEPS_FEATURES: unique symbol;

/** What such a layer declares. */
export interface KeepsFeatures {
  readonly [KEEPS_FEATURES]: true;
}

/** What comes out of a layer that `Comes` features go into; `number` where nobody knows. */
type FeaturesAfter<M, Comes extends number> =
  M extends Linear<number, infer Out> ? Out : M extends Flatten ? number : M extends KeepsFeatures ? Comes : number;

/** A layer, or what it never is where the features do not fit. */
type Fitting<M, Comes extends number> =
  M extends Linear<infer Takes, number>
    ? number extends Takes
      ? M
      : number extends Comes
        ? M
        : Comes extends Takes
          ? M
          : LayerMismatch<Takes, Comes>
    : M;

/** A list of layers in which every one takes what the one before it gives, as far as sizes are known. */
export type Chain<M extends readonly unknown[], Comes extends number = number> = M extends readonly [
  infer Head,
  ...infer Rest,
]
  ? readonly [Fitting<Head, Comes>, ...Chain<Rest, FeaturesAfter<Head, Comes>>]
  : M;
