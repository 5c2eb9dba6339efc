// Numbers on a common scale: standardized, or between two bounds.
import { add, div, mul, sub } from "../../ops/arithmetic.js";
import { clamp } from "../../ops/comparison.js";
import { tensor } from "../../ops/creation.js";
import { toDtype } from "../../ops/views.js";
import type { DType } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import { problem } from "../problem.js";
import { checkSamples, featureNames, featureValues, matrixOf, sameFeatures, type Table } from "./table.js";
import { checkFitted, type Json, readNames, readNumbers, registerTransformer, Transformer } from "./transformer.js";

/** Options of `StandardScaler`. */
export interface StandardScalerOptions {
  /** Whether the mean is subtracted. Default: true. */
  readonly withMean?: boolean;
  /** Whether it is divided by the standard deviation. Default: true. */
  readonly withStd?: boolean;
  /** What is taken from n in the variance: 0 as scikit-learn, 1 as pandas and the book. Default: 0. */
  readonly ddof?: 0 | 1;
}

interface Moments {
  readonly names: readonly string[];
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly scale: readonly number[];
}

/** One number a feature, in the type of what it meets. */
function row(values: readonly number[], dtype: DType): Tensor {
  return tensor(Float64Array.from(values), { dtype });
}

/**
 * Standardizes features: `(x - mean) / std`, with the statistics of the training part. As scikit-learn's.
 *
 * Missing values (NaN) are left out of the statistics and stay missing; a constant feature becomes 0.
 *
 * @example
 * const scaler = new torch.selection.StandardScaler().fit(XTrain);
 * const [A, B] = [scaler.transform(XTrain), scaler.transform(XTest)];
 */
export class StandardScaler extends Transformer<Table, Tensor> {
  override readonly kind = "StandardScaler";
  private moments: Moments | null = null;

  constructor(readonly options: StandardScalerOptions = {}) {
    super();
  }

  /** The mean of each feature. */
  get mean(): readonly number[] {
    return checkFitted(this.kind, this.moments).mean;
  }

  /** The variance of each feature. */
  get variance(): readonly number[] {
    return checkFitted(this.kind, this.moments).variance;
  }

  /** What each feature is divided by: its standard deviation, 1 for constant ones. */
  get scale(): readonly number[] {
    return checkFitted(this.kind, this.moments).scale;
  }

  override fit(X: Table): this {
    const names = featureNames(this.kind, X);
    checkSamples(this.kind, X);
    const all = Array.from(featureValues(this.kind, X), (values) => momentsOf(values, this.options.ddof ?? 0));
    const scale = all.map(({ variance, constant }) => (constant || !(variance > 0) ? 1 : Math.sqrt(variance)));
    this.moments = { names, mean: all.map((m) => m.mean), variance: all.map((m) => m.variance), scale };
    return this;
  }

  override transform(X: Table): Tensor {
    const { names, mean, scale } = checkFitted(this.kind, this.moments);
    const { withMean = true, withStd = true } = this.options;
    const { x, dtype } = matrixOf(this.kind, sameFeatures(this.kind, X, names));
    const centered = withMean ? sub(x, row(mean, x.dtype)) : x;
    return toDtype(withStd ? div(centered, row(scale, x.dtype)) : centered, dtype);
  }

  override inverseTransform(X: Tensor): Tensor {
    const { names, mean, scale } = checkFitted(this.kind, this.moments);
    const { withMean = true, withStd = true } = this.options;
    const { x } = matrixOf(this.kind, sameFeatures(this.kind, X, names));
    const wide = withStd ? mul(x, row(scale, x.dtype)) : x;
    return withMean ? add(wide, row(mean, x.dtype)) : wide;
  }

  override getFeatureNamesOut(): string[] {
    return [...checkFitted(this.kind, this.moments).names];
  }

  protected override settings(): Json {
    return { ...this.options };
  }

  protected override learned(): Json {
    return this.moments === null ? null : { ...this.moments };
  }

  /** @internal */
  static revive(options: Json, state: Json): StandardScaler {
    const scaler = new StandardScaler(options as StandardScalerOptions);
    if (state === null) return scaler;
    const { names, mean, variance, scale } = state as { readonly [name: string]: Json };
    const known = readNames(names);
    scaler.moments = {
      names: known,
      mean: readNumbers(mean, known.length),
      variance: readNumbers(variance, known.length),
      scale: readNumbers(scale, known.length),
    };
    return scaler;
  }
}
registerTransformer("StandardScaler", StandardScaler.revive);

/** Mean and variance of what is not missing; a second pass takes out what rounding left in the mean. */
function momentsOf(values: Float64Array, ddof: number): { mean: number; variance: number; constant: boolean } {
  const present = values.filter((v) => !Number.isNaN(v));
  const n = present.length;
  const rough = present.reduce((sum, v) => sum + v, 0) / n;
  const mean = rough + present.reduce((sum, v) => sum + (v - rough), 0) / n;
  const squares = present.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const variance = squares / (n - ddof);
  // A feature whose spread is within the rounding of its mean is constant.
  const constant = squares / n <= n * Number.EPSILON * (squares / n) + (n * mean * Number.EPSILON) ** 2;
  return { mean, variance, constant };
}

/** Options of `MinMaxScaler`. */
export interface MinMaxScalerOptions {
  /** Where the training part's least and greatest value go. Default: [0, 1]. */
  readonly featureRange?: readonly [number, number];
  /** Whether later values beyond the training part's are cut off. Default: false. */
  readonly clip?: boolean;
}

interface Extremes {
  readonly names: readonly string[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/**
 * Brings features between two bounds: `(x - min) / (max - min)` of the training part. As scikit-learn's.
 *
 * Missing values stay missing; a constant feature goes to the lower bound.
 *
 * @example
 * new torch.selection.MinMaxScaler({ featureRange: [-1, 1] }).fitTransform(XTrain);
 */
export class MinMaxScaler extends Transformer<Table, Tensor> {
  override readonly kind = "MinMaxScaler";
  private extremes: Extremes | null = null;

  constructor(readonly options: MinMaxScalerOptions = {}) {
    super();
    const [low, high] = options.featureRange ?? [0, 1];
    if (low < high) return;
    throw problem(
      "feature-range",
      "MinMaxScaler",
      `the lower bound must be below the upper one, got ${low} and ${high}`,
      `下界必须小于上界，得到的是 ${low} 与 ${high}`,
      { received: [low, high] },
    );
  }

  /** The least value of each feature in the training part. */
  get dataMin(): readonly number[] {
    return checkFitted(this.kind, this.extremes).min;
  }

  /** The greatest value of each feature in the training part. */
  get dataMax(): readonly number[] {
    return checkFitted(this.kind, this.extremes).max;
  }

  override fit(X: Table): this {
    const names = featureNames(this.kind, X);
    checkSamples(this.kind, X);
    const all = Array.from(featureValues(this.kind, X), extremesOf);
    this.extremes = { names, min: all.map(([min]) => min), max: all.map(([, max]) => max) };
    return this;
  }

  /** What values are multiplied by, and what is added then. */
  private line(): { scale: number[]; offset: number[] } {
    const { min, max } = checkFitted(this.kind, this.extremes);
    const [low, high] = this.options.featureRange ?? [0, 1];
    const scale = min.map((least, j) => {
      const span = max[j]! - least;
      return (high - low) / (span < 10 * Number.EPSILON ? 1 : span);
    });
    return { scale, offset: min.map((least, j) => low - least * scale[j]!) };
  }

  override transform(X: Table): Tensor {
    const { scale, offset } = this.line();
    const { x, dtype } = matrixOf(this.kind, sameFeatures(this.kind, X, this.getFeatureNamesOut()));
    const moved = add(mul(x, row(scale, x.dtype)), row(offset, x.dtype));
    const [low, high] = this.options.featureRange ?? [0, 1];
    return toDtype(this.options.clip === true ? clamp(moved, low, high) : moved, dtype);
  }

  override inverseTransform(X: Tensor): Tensor {
    const { scale, offset } = this.line();
    const { x } = matrixOf(this.kind, sameFeatures(this.kind, X, this.getFeatureNamesOut()));
    return div(sub(x, row(offset, x.dtype)), row(scale, x.dtype));
  }

  override getFeatureNamesOut(): string[] {
    return [...checkFitted(this.kind, this.extremes).names];
  }

  protected override settings(): Json {
    return { ...this.options };
  }

  protected override learned(): Json {
    return this.extremes === null ? null : { ...this.extremes };
  }

  /** @internal */
  static revive(options: Json, state: Json): MinMaxScaler {
    const scaler = new MinMaxScaler(options as MinMaxScalerOptions);
    if (state === null) return scaler;
    const { names, min, max } = state as { readonly [name: string]: Json };
    const known = readNames(names);
    scaler.extremes = { names: known, min: readNumbers(min, known.length), max: readNumbers(max, known.length) };
    return scaler;
  }
}
registerTransformer("MinMaxScaler", MinMaxScaler.revive);

/** The least and the greatest of what is not missing. */
function extremesOf(values: Float64Array): [min: number, max: number] {
  let [min, max] = [Number.NaN, Number.NaN];
  for (const v of values) {
    // NaN compares as false: the first value replaces it, a missing one replaces nothing.
    if (!(v >= min) && !Number.isNaN(v)) min = v;
    if (!(v <= max) && !Number.isNaN(v)) max = v;
  }
  return [min, max];
}
