// Layers with tables of weights: rows by number, products of two inputs.
import { noGrad } from "../autograd/index.js";
import { readKeywords } from "../ops/arguments.js";
import { bilinear, embedding, renormRows } from "../ops/embedding.js";
import { fillTensor } from "../ops/fill.js";
import { select } from "../ops/views.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { normal_, uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { showBool, showFloat } from "./repr.js";

/** Options of `Embedding`. */
export interface EmbeddingLayerOptions {
  /** A row that starts as zeros and gets no gradient. */
  readonly paddingIdx?: number | null;
  /** Rows that are used and longer than this are scaled down to it first. */
  readonly maxNorm?: number | null;
  /** The norm that `maxNorm` is measured in. Default: 2. */
  readonly normType?: number;
  /** Whether gradients are divided by how often a row was used. Default: false. */
  readonly scaleGradByFreq?: boolean;
  readonly dtype?: DType;
}

/**
 * A table whose rows are looked up by number: input int32 of any shape, output (...input, embeddingDim).
 *
 * `weight` has shape (numEmbeddings, embeddingDim) and starts as standard normal numbers.
 *
 * @throws IndexError for a number outside the table
 *
 * @example
 * const layer = new nn.Embedding(1000, 64);
 * layer(torch.tensor([[1, 2, 3]])).shape; // [1, 3, 64]
 */
export class Embedding extends Module {
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly weight: Parameter;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    paddingIdx?: number | null | EmbeddingLayerOptions,
  ) {
    super();
    const given = readKeywords<EmbeddingLayerOptions>(["paddingIdx"], [paddingIdx]);
    const row = given.paddingIdx ?? null;
    this.paddingIdx = row !== null && row < 0 ? row + numEmbeddings : row;
    this.maxNorm = given.maxNorm ?? null;
    this.normType = given.normType ?? 2;
    this.scaleGradByFreq = given.scaleGradByFreq ?? false;
    this.weight = new Parameter(emptyTensor([numEmbeddings, embeddingDim], given.dtype ?? getDefaultDtype()));
    this.resetParameters();
  }

  /** A layer on a table that exists. */
  static fromPretrained(
    weight: Tensor,
    options: EmbeddingLayerOptions & { readonly freeze?: boolean } = {},
  ): Embedding {
    const { freeze = true, ...rest } = options;
    const layer = new Embedding(weight.shape[0]!, weight.shape[1]!, { ...rest, dtype: weight.dtype });
    (layer as { weight: Parameter }).weight = new Parameter(weight, !freeze);
    return layer;
  }

  /** Draws the table anew. */
  resetParameters(): void {
    normal_(this.weight);
    if (this.paddingIdx !== null) fillTensor(select(this.weight.data, 0, this.paddingIdx), 0);
  }

  override forward(input: Tensor): Tensor {
    const { weight, paddingIdx, scaleGradByFreq } = this;
    if (this.maxNorm !== null) renormRows(weight, input, this.maxNorm, this.normType);
    return embedding(input, weight, { paddingIdx, scaleGradByFreq });
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    const parts = [`${numEmbeddings}, ${embeddingDim}`];
    if (paddingIdx !== null) parts.push(`padding_idx=${paddingIdx}`);
    if (maxNorm !== null) parts.push(`max_norm=${showFloat(maxNorm)}`);
    if (normType !== 2) parts.push(`norm_type=${showFloat(normType)}`);
    if (scaleGradByFreq) parts.push("scale_grad_by_freq=True");
    return parts.join(", ");
  }
}

/** Options of `Bilinear`. */
export interface BilinearOptions {
  /** Whether a bias is added. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/**
 * A bilinear form for each output: `y = x1^T A x2 + b`.
 *
 * `weight` has shape (out, in1, in2), `bias` (out); both start uniform on +-1/sqrt(in1Features), drawn in that order.
 */
export class Bilinear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly in1Features: number,
    readonly in2Features: number,
    readonly outFeatures: number,
    bias?: boolean | BilinearOptions,
  ) {
    super();
    const given = readKeywords<BilinearOptions>(["bias"], [bias]);
    const dtype = given.dtype ?? getDefaultDtype();
    this.weight = new Parameter(emptyTensor([outFeatures, in1Features, in2Features], dtype));
    this.bias = given.bias === false ? null : new Parameter(emptyTensor([outFeatures], dtype));
    this.resetParameters();
  }

  /** Draws the weights and the bias anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    noGrad(() => {
      uniform_(this.weight, -bound, bound);
      if (this.bias !== null) uniform_(this.bias, -bound, bound);
    });
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    return `in1_features=${in1Features}, in2_features=${in2Features}, out_features=${outFeatures}, bias=${showBool(bias !== null)}`;
  }
}
