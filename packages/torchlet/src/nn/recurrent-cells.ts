// One step of recurrent networks, as functions and as cells.
import { noGrad } from "../autograd/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { add, mul, sub } from "../ops/arithmetic.js";
import { fillTensor } from "../ops/fill.js";
import { linear } from "../ops/matmul.js";
import { relu, sigmoid, tanh } from "../ops/unary.js";
import { chunk, reshape } from "../ops/views.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { formatShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** What turns a sum into a state. */
export type RnnNonlinearity = "tanh" | "relu";

/** The kinds of recurrent networks, and how many times the hidden size their weights have rows. */
export const GATES = { rnn: 1, lstm: 4, gru: 3 } as const;

/** A hidden state, and a cell state where there is one. */
export interface State {
  readonly h: Tensor;
  readonly c: Tensor | null;
}

/** One step: from `W_ih x + b_ih` and `W_hh h + b_hh` to the next state. */
export type Step = (fromInput: Tensor, fromHidden: Tensor, state: State) => State;

/** `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or with relu */
export function rnnStep(nonlinearity: RnnNonlinearity): Step {
  const f = nonlinearity === "relu" ? relu : tanh;
  return (fromInput, fromHidden) => ({ h: f(add(fromInput, fromHidden)), c: null });
}

/** `c' = f c + i g`, `h' = o tanh(c')` with i, f, o sigmoids and g a tanh of the four parts of the sum. */
export const lstmStep: Step = (fromInput, fromHidden, { c }) => {
  const [i, f, g, o] = chunk(add(fromInput, fromHidden), 4, -1) as [Tensor, Tensor, Tensor, Tensor];
  const next = add(mul(sigmoid(f), c!), mul(sigmoid(i), tanh(g)));
  return { h: mul(sigmoid(o), tanh(next)), c: next };
};

/** `h' = (1 - z) n + z h`, n = tanh(W_in x + b_in + r (W_hn h + b_hn)), r and z sigmoids of the first two parts. */
export const gruStep: Step = (fromInput, fromHidden, { h }) => {
  const [ri, zi, ni] = chunk(fromInput, 3, -1) as [Tensor, Tensor, Tensor];
  const [rh, zh, nh] = chunk(fromHidden, 3, -1) as [Tensor, Tensor, Tensor];
  const n = tanh(add(ni, mul(sigmoid(add(ri, rh)), nh)));
  const z = sigmoid(add(zi, zh));
  // n + z (h - n): as PyTorch computes it.
  return { h: add(n, mul(z, sub(h, n))), c: null };
};

/** Parameters drawn uniformly on +-1 / sqrt(hiddenSize), in order. */
export function drawParameters(parameters: readonly Parameter[], hiddenSize: number): void {
  const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
  noGrad(() => {
    for (const parameter of parameters) uniform_(parameter, -bound, bound);
  });
}

/** A parameter whose values are still to be drawn. */
export function undrawn(shape: readonly number[], dtype: DType): Parameter {
  return new Parameter(emptyTensor(shape, dtype));
}

/** @throws ShapeError unless the last size is the wanted one */
export function checkFeatures(who: string, x: Tensor, size: number, dims: readonly number[]): void {
  if (dims.includes(x.shape.length) && x.shape[x.shape.length - 1] === size) return;
  throw new ShapeError("recurrent-input", {
    path: who,
    rule: {
      en: `the tensor must have ${dims.join(" or ")} dimensions, the last of size ${size}, got shape ${formatShape(x.shape)}`,
      zh: `张量必须是 ${dims.join(" 或 ")} 维且最后一维大小为 ${size}，得到的形状为 ${formatShape(x.shape)}`,
    },
    expected: size,
    received: [...x.shape],
  });
}

/** @throws ValueError for any other name */
export function checkNonlinearity(who: string, nonlinearity: RnnNonlinearity): void {
  if (nonlinearity === "tanh" || nonlinearity === "relu") return;
  throw new ValueError("rnn-nonlinearity", {
    path: who,
    rule: {
      en: `nonlinearity must be "tanh" or "relu", got ${JSON.stringify(nonlinearity)}`,
      zh: `nonlinearity 必须是 "tanh" 或 "relu"，得到的是 ${JSON.stringify(nonlinearity)}`,
    },
    expected: ["tanh", "relu"],
    received: nonlinearity,
  });
}

/** Options of the cells. */
export interface CellOptions {
  /** Whether biases are added. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/** Options of `RNNCell`. */
export interface RNNCellOptions extends CellOptions {
  /** Default: "tanh". */
  readonly nonlinearity?: RnnNonlinearity;
}

/** A module that may return more than a tensor: the base without the type of its call. */
export const RecurrentModule = Module as unknown as new () => Omit<Module, "forward" | "extraRepr">;

/** What the cells share: two weights, two biases, and the step that uses them. */
abstract class Cell extends RecurrentModule {
  readonly weight_ih: Parameter;
  readonly weight_hh: Parameter;
  readonly bias_ih: Parameter | null;
  readonly bias_hh: Parameter | null;

  constructor(
    gates: number,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: CellOptions,
  ) {
    super();
    const { bias = true, dtype = getDefaultDtype() } = options;
    const rows = gates * hiddenSize;
    this.weight_ih = undrawn([rows, inputSize], dtype);
    this.weight_hh = undrawn([rows, hiddenSize], dtype);
    this.bias_ih = bias ? undrawn([rows], dtype) : null;
    this.bias_hh = bias ? undrawn([rows], dtype) : null;
    this.resetParameters();
  }

  /** Draws the weights and the biases anew. */
  resetParameters(): void {
    drawParameters(this.parameters(), this.hiddenSize);
  }

  /** The next state of a batch, or of a single sample without the batch dimension. */
  protected advance(step: Step, x: Tensor, h: Tensor | null, c: Tensor | null, hasCell: boolean): State {
    const who = this.constructor.name;
    checkFeatures(who, x, this.inputSize, [1, 2]);
    const single = x.shape.length === 1;
    const input = single ? reshape(x, [1, -1]) : x;
    const zeros = (): Tensor => fillTensor(emptyTensor([input.shape[0]!, this.hiddenSize], x.dtype), 0);
    const batch = (s: Tensor | null): Tensor => {
      if (s === null) return zeros();
      checkFeatures(who, s, this.hiddenSize, [x.shape.length]);
      return single ? reshape(s, [1, -1]) : s;
    };
    const before: State = { h: batch(h), c: hasCell ? batch(c) : null };
    const next = step(
      linear(input, this.weight_ih, this.bias_ih),
      linear(before.h, this.weight_hh, this.bias_hh),
      before,
    );
    if (!single) return next;
    return { h: reshape(next.h, [-1]), c: next.c === null ? null : reshape(next.c, [-1]) };
  }

  extraRepr(): string {
    const bias = this.bias_ih === null ? ", bias=False" : "";
    return `${this.inputSize}, ${this.hiddenSize}${bias}`;
  }
}

/**
 * One step of an Elman network: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`.
 *
 * Input (batch, inputSize) or (inputSize), state (batch, hiddenSize) or (hiddenSize), 0 where it is not given.
 *
 * @example
 * const cell = new nn.RNNCell(10, 20);
 * let h = torch.zeros(3, 20);
 * for (const x of xs) h = cell(x, h);
 */
export class RNNCell extends Cell {
  readonly nonlinearity: RnnNonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    super(GATES.rnn, inputSize, hiddenSize, options);
    this.nonlinearity = options.nonlinearity ?? "tanh";
    checkNonlinearity("RNNCell", this.nonlinearity);
  }

  forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.advance(rnnStep(this.nonlinearity), x, h, null, false).h;
  }

  override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`);
  }
}
export interface RNNCell {
  (x: Tensor, h?: Tensor | null): Tensor;
}

/** One step of a gated recurrent unit (Cho et al., 2014); input and state as those of `RNNCell`. */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(GATES.gru, inputSize, hiddenSize, options);
  }

  forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.advance(gruStep, x, h, null, false).h;
  }
}
export interface GRUCell {
  (x: Tensor, h?: Tensor | null): Tensor;
}

/** A hidden state and a cell state. */
export type LSTMState = readonly [Tensor, Tensor];

/**
 * One step of a long short-term memory (Hochreiter and Schmidhuber, 1997); returns the hidden and the cell state.
 *
 * @example
 * const [h, c] = cell(x, [h0, c0]);
 */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(GATES.lstm, inputSize, hiddenSize, options);
  }

  forward(x: Tensor, state: LSTMState | null = null): [Tensor, Tensor] {
    const [h, c] = state ?? [null, null];
    const next = this.advance(lstmStep, x, h, c, true);
    return [next.h, next.c!];
  }
}
export interface LSTMCell {
  (x: Tensor, state?: LSTMState | null): [Tensor, Tensor];
}
