// Activations as modules; each has its function in `functional`.
import {
  celu,
  elu,
  gelu,
  glu,
  logsigmoid,
  mish,
  selu,
  silu,
  softplus,
  softsign,
  tanhshrink,
} from "../ops/activations.js";
import {
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  prelu,
  relu6,
  rrelu,
  softshrink,
  threshold,
} from "../ops/activations-piecewise.js";
import { readKeywords } from "../ops/arguments.js";
import { full } from "../ops/creation.js";
import { applyInPlace } from "../ops/inplace-apply.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import type { KEEPS_FEATURES } from "./chain.js";
import type { InplaceOptions } from "./layers.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { showFloat } from "./repr.js";

/** An elementwise layer that may work in place. */
abstract class Activation extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly inplace: boolean;

  constructor(inplace: boolean | undefined) {
    super();
    this.inplace = inplace ?? false;
  }

  /** The function of the layer. */
  protected abstract activate(x: Tensor): Tensor;

  /** The settings in the printed form. */
  protected settings(): string[] {
    return [];
  }

  override forward(x: Tensor): Tensor {
    if (!this.inplace) return this.activate(x);
    return applyInPlace(this.constructor.name, x, (before) => this.activate(before));
  }

  override extraRepr(): string {
    return [...this.settings(), ...(this.inplace ? ["inplace=True"] : [])].join(", ");
  }
}

/** Reads positional values, or an object of them. */
function read<O extends object>(names: readonly (keyof O)[], values: readonly unknown[]) {
  return readKeywords<O>(names, values);
}

/** Options of layers with a slope or scale `alpha`. */
export interface AlphaLayerOptions extends InplaceOptions {
  /** Default: 1. */
  readonly alpha?: number;
}

/** `x` above 0, `alpha (e^x - 1)` below. */
export class ELU extends Activation {
  readonly alpha: number;
  constructor(alpha?: number | AlphaLayerOptions, inplace?: boolean | AlphaLayerOptions) {
    const given = read<AlphaLayerOptions>(["alpha", "inplace"], [alpha, inplace]);
    super(given.inplace);
    this.alpha = given.alpha ?? 1;
  }
  protected override activate(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }
  protected override settings(): string[] {
    return [`alpha=${showFloat(this.alpha)}`];
  }
}

/** `x` above 0, `alpha (e^(x / alpha) - 1)` below. */
export class CELU extends Activation {
  readonly alpha: number;
  constructor(alpha?: number | AlphaLayerOptions, inplace?: boolean | AlphaLayerOptions) {
    const given = read<AlphaLayerOptions>(["alpha", "inplace"], [alpha, inplace]);
    super(given.inplace);
    this.alpha = given.alpha ?? 1;
  }
  protected override activate(x: Tensor): Tensor {
    return celu(x, this.alpha);
  }
  protected override settings(): string[] {
    return [`alpha=${showFloat(this.alpha)}`];
  }
}

/** The self-normalizing ELU. */
export class SELU extends Activation {
  constructor(inplace?: boolean | InplaceOptions) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return selu(x);
  }
}

/** `x * sigmoid(x)` */
export class SiLU extends Activation {
  constructor(inplace?: boolean | InplaceOptions) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return silu(x);
  }
}

/** `x * tanh(softplus(x))` */
export class Mish extends Activation {
  constructor(inplace?: boolean | InplaceOptions) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return mish(x);
  }
}

/** Options of `GELU`. */
export interface GELUOptions {
  /** Default: "none". */
  readonly approximate?: "none" | "tanh";
}

/** `x` times the normal distribution function. */
export class GELU extends Activation {
  readonly approximate: "none" | "tanh";
  constructor(approximate?: "none" | "tanh" | GELUOptions) {
    super(false);
    this.approximate = read<GELUOptions>(["approximate"], [approximate]).approximate ?? "none";
  }
  protected override activate(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }
  protected override settings(): string[] {
    return [`approximate='${this.approximate}'`];
  }
}

/** Options of `Softplus`. */
export interface SoftplusLayerOptions {
  /** Default: 1. */
  readonly beta?: number;
  /** Default: 20. */
  readonly threshold?: number;
}

/** `log(1 + e^(beta x)) / beta` */
export class Softplus extends Activation {
  readonly beta: number;
  readonly threshold: number;
  constructor(beta?: number | SoftplusLayerOptions, threshold?: number | SoftplusLayerOptions) {
    super(false);
    const given = read<SoftplusLayerOptions>(["beta", "threshold"], [beta, threshold]);
    this.beta = given.beta ?? 1;
    this.threshold = given.threshold ?? 20;
  }
  protected override activate(x: Tensor): Tensor {
    return softplus(x, this.beta, this.threshold);
  }
  protected override settings(): string[] {
    return [`beta=${showFloat(this.beta)}`, `threshold=${showFloat(this.threshold)}`];
  }
}

/** `x / (1 + |x|)` */
export class Softsign extends Activation {
  constructor() {
    super(false);
  }
  protected override activate(x: Tensor): Tensor {
    return softsign(x);
  }
}

/** `x - tanh(x)` */
export class Tanhshrink extends Activation {
  constructor() {
    super(false);
  }
  protected override activate(x: Tensor): Tensor {
    return tanhshrink(x);
  }
}

/** `log(sigmoid(x))` */
export class LogSigmoid extends Activation {
  constructor() {
    super(false);
  }
  protected override activate(x: Tensor): Tensor {
    return logsigmoid(x);
  }
}

/** Options of `LeakyReLU`. */
export interface LeakyReLUOptions extends InplaceOptions {
  /** The slope below 0. Default: 0.01. */
  readonly negativeSlope?: number;
}

/** `x` above 0, `negativeSlope * x` below. */
export class LeakyReLU extends Activation {
  readonly negativeSlope: number;
  constructor(negativeSlope?: number | LeakyReLUOptions, inplace?: boolean | LeakyReLUOptions) {
    const given = read<LeakyReLUOptions>(["negativeSlope", "inplace"], [negativeSlope, inplace]);
    super(given.inplace);
    this.negativeSlope = given.negativeSlope ?? 0.01;
  }
  protected override activate(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }
  protected override settings(): string[] {
    return [`negative_slope=${String(this.negativeSlope)}`];
  }
}

/** Options of `RReLU`. */
export interface RReLUOptions extends InplaceOptions {
  /** Default: 1/8. */
  readonly lower?: number;
  /** Default: 1/3. */
  readonly upper?: number;
}

/** `x` above 0; below, x times a slope drawn anew in training, the mean slope in evaluation. */
export class RReLU extends Activation {
  readonly lower: number;
  readonly upper: number;
  constructor(lower?: number | RReLUOptions, upper?: number | RReLUOptions, inplace?: boolean | RReLUOptions) {
    const given = read<RReLUOptions>(["lower", "upper", "inplace"], [lower, upper, inplace]);
    super(given.inplace);
    this.lower = given.lower ?? 1 / 8;
    this.upper = given.upper ?? 1 / 3;
  }
  protected override activate(x: Tensor): Tensor {
    return rrelu(x, { lower: this.lower, upper: this.upper, training: this.training });
  }
  protected override settings(): string[] {
    return [`lower=${showFloat(this.lower)}`, `upper=${showFloat(this.upper)}`];
  }
}

/** Options of `PReLU`. */
export interface PReLUOptions {
  /** 1, or the number of channels. Default: 1. */
  readonly numParameters?: number;
  /** The slope to begin with. Default: 0.25. */
  readonly init?: number;
  readonly dtype?: DType;
}

/** `x` above 0, `weight * x` below, with a weight that is learned, for all or for each channel (He et al., 2015). */
export class PReLU extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly numParameters: number;
  readonly weight: Parameter;

  constructor(numParameters?: number | PReLUOptions, init?: number | PReLUOptions) {
    super();
    const given = read<PReLUOptions>(["numParameters", "init"], [numParameters, init]);
    this.numParameters = given.numParameters ?? 1;
    this.weight = new Parameter(
      full([this.numParameters], given.init ?? 0.25, { dtype: given.dtype ?? getDefaultDtype() }),
    );
  }

  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}

/** `min(max(x, 0), 6)` */
export class ReLU6 extends Activation {
  constructor(inplace?: boolean | InplaceOptions) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return relu6(x);
  }
}

/** Options of `Hardtanh`. */
export interface HardtanhLayerOptions extends InplaceOptions {
  /** Default: -1. */
  readonly minVal?: number;
  /** Default: 1. */
  readonly maxVal?: number;
}

/** `min(max(x, minVal), maxVal)` */
export class Hardtanh extends Activation {
  readonly minVal: number;
  readonly maxVal: number;
  constructor(
    minVal?: number | HardtanhLayerOptions,
    maxVal?: number | HardtanhLayerOptions,
    inplace?: boolean | HardtanhLayerOptions,
  ) {
    const given = read<HardtanhLayerOptions>(["minVal", "maxVal", "inplace"], [minVal, maxVal, inplace]);
    super(given.inplace);
    this.minVal = given.minVal ?? -1;
    this.maxVal = given.maxVal ?? 1;
  }
  protected override activate(x: Tensor): Tensor {
    return hardtanh(x, this.minVal, this.maxVal);
  }
  protected override settings(): string[] {
    return [`min_val=${showFloat(this.minVal)}`, `max_val=${showFloat(this.maxVal)}`];
  }
}

/** `min(max(x + 3, 0), 6) / 6` */
export class Hardsigmoid extends Activation {
  constructor(inplace?: boolean | InplaceOptions) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
  override extraRepr(): string {
    return "";
  }
}

/** `x * min(max(x + 3, 0), 6) / 6` */
export class Hardswish extends Activation {
  constructor(inplace?: boolean | InplaceOptions) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return hardswish(x);
  }
  override extraRepr(): string {
    return "";
  }
}

/** Options of `Hardshrink` and `Softshrink`. */
export interface ShrinkOptions {
  /** Default: 0.5. */
  readonly lambd?: number;
}

/** `x`, and 0 where |x| is at most lambd. */
export class Hardshrink extends Activation {
  readonly lambd: number;
  constructor(lambd?: number | ShrinkOptions) {
    super(false);
    this.lambd = read<ShrinkOptions>(["lambd"], [lambd]).lambd ?? 0.5;
  }
  protected override activate(x: Tensor): Tensor {
    return hardshrink(x, this.lambd);
  }
  protected override settings(): string[] {
    return [showFloat(this.lambd)];
  }
}

/** `x` moved towards 0 by lambd, 0 within. */
export class Softshrink extends Activation {
  readonly lambd: number;
  constructor(lambd?: number | ShrinkOptions) {
    super(false);
    this.lambd = read<ShrinkOptions>(["lambd"], [lambd]).lambd ?? 0.5;
  }
  protected override activate(x: Tensor): Tensor {
    return softshrink(x, this.lambd);
  }
  protected override settings(): string[] {
    return [showFloat(this.lambd)];
  }
}

/** `x` above the threshold, else `value`. */
export class Threshold extends Activation {
  constructor(
    readonly threshold: number,
    readonly value: number,
    inplace?: boolean | InplaceOptions,
  ) {
    super(read<InplaceOptions>(["inplace"], [inplace]).inplace);
  }
  protected override activate(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value);
  }
  protected override settings(): string[] {
    return [`threshold=${this.threshold}`, `value=${this.value}`];
  }
}

/** Options of layers along one dimension. */
export interface DimOptions {
  readonly dim?: number | null;
}

/** The first half of a dimension times the sigmoid of the second. */
export class GLU extends Module {
  readonly dim: number;
  constructor(dim?: number | DimOptions) {
    super();
    this.dim = read<DimOptions>(["dim"], [dim]).dim ?? -1;
  }
  override forward(x: Tensor): Tensor {
    return glu(x, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
