// Recurrent layers: several layers, both directions, whole sequences at once.
import { ShapeError, ValueError } from "../errors/index.js";
import { dropout } from "../ops/dropout.js";
import { fillTensor } from "../ops/fill.js";
import { cat, stack } from "../ops/joining.js";
import { linear } from "../ops/matmul.js";
import { contiguous, narrow, reshape, select, transpose } from "../ops/views.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import type { Parameter } from "./parameter.js";
import {
  checkFeatures,
  checkNonlinearity,
  drawParameters,
  GATES,
  gruStep,
  type LSTMState,
  lstmStep,
  RecurrentModule,
  type RnnNonlinearity,
  rnnStep,
  type State,
  type Step,
  undrawn,
} from "./recurrent-cells.js";

/** Options of the recurrent layers. */
export interface RecurrentOptions {
  /** Layers on top of each other. Default: 1. */
  readonly numLayers?: number;
  /** Whether biases are added. Default: true. */
  readonly bias?: boolean;
  /** Whether sequences are (batch, length, features) rather than (length, batch, features). Default: false. */
  readonly batchFirst?: boolean;
  /** Probability of dropout between layers. Default: 0. */
  readonly dropout?: number;
  /** Whether sequences are also read from their end. Default: false. */
  readonly bidirectional?: boolean;
  readonly dtype?: DType;
}

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
  /** Default: "tanh". */
  readonly nonlinearity?: RnnNonlinearity;
}

/** Options of `LSTM`. */
export interface LSTMOptions extends RecurrentOptions {
  /** The hidden state is projected to this size; 0 (default): not at all. */
  readonly projSize?: number;
}

/** The parameters of one layer in one direction, under PyTorch's names. */
interface LayerParameters {
  readonly ih: Parameter;
  readonly hh: Parameter;
  readonly bih: Parameter | null;
  readonly bhh: Parameter | null;
  readonly hr: Parameter | null;
}

/** What the recurrent layers share: parameters, the walk over layers, directions and time. */
abstract class Recurrent extends RecurrentModule {
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;

  constructor(
    gates: number,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
    readonly projSize = 0,
  ) {
    super();
    this.numLayers = options.numLayers ?? 1;
    this.bias = options.bias ?? true;
    this.batchFirst = options.batchFirst ?? false;
    this.dropout = options.dropout ?? 0;
    this.bidirectional = options.bidirectional ?? false;
    if (
      !(this.dropout >= 0 && this.dropout <= 1) ||
      !(this.numLayers >= 1) ||
      !(projSize >= 0 && projSize < hiddenSize)
    ) {
      throw new ValueError("recurrent-options", {
        path: this.constructor.name,
        rule: {
          en: `numLayers must be at least 1, dropout between 0 and 1, projSize below hiddenSize; got ${this.numLayers}, ${this.dropout}, ${projSize}`,
          zh: `numLayers 至少为 1，dropout 在 0 到 1 之间，projSize 小于 hiddenSize；得到的是 ${this.numLayers}、${this.dropout}、${projSize}`,
        },
        received: [this.numLayers, this.dropout, projSize],
      });
    }
    const dtype = options.dtype ?? getDefaultDtype();
    const rows = gates * hiddenSize;
    const own = this as unknown as Record<string, Parameter>;
    for (let layer = 0; layer < this.numLayers; layer++) {
      for (let direction = 0; direction < this.directions; direction++) {
        const name = suffix(layer, direction);
        const columns = layer === 0 ? inputSize : this.outSize * this.directions;
        own[`weight_ih_${name}`] = undrawn([rows, columns], dtype);
        own[`weight_hh_${name}`] = undrawn([rows, this.outSize], dtype);
        if (this.bias) {
          own[`bias_ih_${name}`] = undrawn([rows], dtype);
          own[`bias_hh_${name}`] = undrawn([rows], dtype);
        }
        if (projSize > 0) own[`weight_hr_${name}`] = undrawn([projSize, hiddenSize], dtype);
      }
    }
    this.resetParameters();
  }

  /** Draws the weights and the biases anew. */
  resetParameters(): void {
    drawParameters(this.parameters(), this.hiddenSize);
  }

  /** 2 where sequences are read both ways. */
  get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** The size of an output: that of the hidden state after its projection. */
  get outSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  private parametersOf(layer: number, direction: number): LayerParameters {
    const own = this as unknown as Record<string, Parameter | undefined>;
    const name = suffix(layer, direction);
    return {
      ih: own[`weight_ih_${name}`]!,
      hh: own[`weight_hh_${name}`]!,
      bih: own[`bias_ih_${name}`] ?? null,
      bhh: own[`bias_hh_${name}`] ?? null,
      hr: own[`weight_hr_${name}`] ?? null,
    };
  }

  /** The outputs at all times, and the last states of all layers and directions. */
  protected run(step: Step, input: Tensor, h0: Tensor | null, c0: Tensor | null, hasCell: boolean): [Tensor, State] {
    const who = this.constructor.name;
    checkFeatures(who, input, this.inputSize, [2, 3]);
    const single = input.shape.length === 2;
    let x = single ? reshape(input, [input.shape[0]!, 1, this.inputSize]) : input;
    if (this.batchFirst && !single) x = transpose(x, 0, 1);
    const batch = x.shape[1]!;
    const count = this.numLayers * this.directions;
    const initial = (given: Tensor | null, size: number): Tensor => {
      const shape = [count, batch, size];
      if (given === null) return fillTensor(emptyTensor(shape, x.dtype), 0);
      const state = single && given.shape.length === 2 ? reshape(given, [given.shape[0]!, 1, -1]) : given;
      if (!sameShape(state.shape, shape)) throw stateError(who, single ? [count, size] : shape, given.shape);
      return state;
    };
    const h = initial(h0, this.outSize);
    const c = hasCell ? initial(c0, this.hiddenSize) : null;
    const hs: Tensor[] = [];
    const cs: Tensor[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const outputs: Tensor[] = [];
      for (let direction = 0; direction < this.directions; direction++) {
        const at = layer * this.directions + direction;
        const start = { h: select(h, 0, at), c: c === null ? null : select(c, 0, at) };
        const [output, last] = walk(step, x, start, this.parametersOf(layer, direction), direction === 1);
        outputs.push(output);
        hs.push(last.h);
        if (last.c !== null) cs.push(last.c);
      }
      x = outputs.length === 1 ? outputs[0]! : cat(outputs, -1);
      if (layer < this.numLayers - 1) x = dropout(x, this.dropout, { training: this.training });
    }
    let out = x;
    if (single) out = reshape(x, [x.shape[0]!, x.shape[2]!]);
    else if (this.batchFirst) out = transpose(x, 0, 1);
    const joined = (states: Tensor[]): Tensor => {
      const all = stack(states);
      return single ? reshape(all, [count, -1]) : all;
    };
    return [out, { h: joined(hs), c: hasCell ? joined(cs) : null }];
  }

  extraRepr(): string {
    let text = `${this.inputSize}, ${this.hiddenSize}`;
    if (this.projSize > 0) text += `, proj_size=${this.projSize}`;
    if (this.numLayers !== 1) text += `, num_layers=${this.numLayers}`;
    if (!this.bias) text += ", bias=False";
    if (this.batchFirst) text += ", batch_first=True";
    if (this.dropout !== 0) text += `, dropout=${this.dropout}`;
    if (this.bidirectional) text += ", bidirectional=True";
    return text;
  }
}

function suffix(layer: number, direction: number): string {
  return `l${layer}${direction === 1 ? "_reverse" : ""}`;
}

function stateError(who: string, expected: readonly number[], received: readonly number[]): ShapeError {
  return new ShapeError("recurrent-state", {
    path: who,
    rule: {
      en: `the state must have shape ${formatShape(expected)}, got ${formatShape(received)}`,
      zh: `状态的形状必须是 ${formatShape(expected)}，得到的是 ${formatShape(received)}`,
    },
    expected: [...expected],
    received: [...received],
  });
}

/** One layer in one direction over (length, batch, features); the input's part of all steps is one product. */
function walk(
  step: Step,
  x: Tensor,
  start: State,
  { ih, hh, bih, bhh, hr }: LayerParameters,
  backwards: boolean,
): [Tensor, State] {
  const fromInput = linear(contiguous(x), ih, bih);
  const length = x.shape[0]!;
  const outputs = new Array<Tensor>(length);
  let state = start;
  for (let i = 0; i < length; i++) {
    const t = backwards ? length - 1 - i : i;
    state = step(select(fromInput, 0, t), linear(state.h, hh, bhh), state);
    if (hr !== null) state = { h: linear(state.h, hr), c: state.c };
    outputs[t] = state.h;
  }
  if (length === 0) return [narrow(fromInput, 2, 0, start.h.shape[1]!), state];
  return [stack(outputs), state];
}

/** Reads `(numLayers, options)` or `(options)`. */
function readLayers<O extends RecurrentOptions>(numLayers: number | O | undefined, options: O | undefined): O {
  if (typeof numLayers === "number") return { ...options, numLayers } as O;
  return (numLayers ?? options ?? {}) as O;
}

/**
 * An Elman network: `h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)`.
 *
 * Input (length, batch, inputSize), with `batchFirst` (batch, length, inputSize), or without a batch (length, inputSize).
 * Returns the outputs at all times (..., directions * hiddenSize) and the last states
 * (numLayers * directions, batch, hiddenSize). Parameters have PyTorch's names (`weight_ih_l0`, `bias_hh_l1_reverse`)
 * and start uniform on +-1/sqrt(hiddenSize).
 *
 * @throws ShapeError for another number of features and for states that do not fit
 *
 * @example
 * const rnn = new nn.RNN(10, 20, 2);
 * const [output, hn] = rnn(torch.randn(5, 3, 10)); // [5, 3, 20], [2, 3, 20]
 */
export class RNN extends Recurrent {
  readonly nonlinearity: RnnNonlinearity;

  constructor(inputSize: number, hiddenSize: number, numLayers?: number | RNNOptions, options?: RNNOptions) {
    const given = readLayers(numLayers, options);
    super(GATES.rnn, inputSize, hiddenSize, given);
    this.nonlinearity = given.nonlinearity ?? "tanh";
    checkNonlinearity("RNN", this.nonlinearity);
  }

  forward(input: Tensor, h0: Tensor | null = null): [Tensor, Tensor] {
    const [output, { h }] = this.run(rnnStep(this.nonlinearity), input, h0, null, false);
    return [output, h];
  }
}
export interface RNN {
  (input: Tensor, h0?: Tensor | null): [Tensor, Tensor];
}

/** A gated recurrent unit (Cho et al., 2014): reset, update and new parts in this order; shapes as those of `RNN`. */
export class GRU extends Recurrent {
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayers?: number | RecurrentOptions,
    options?: RecurrentOptions,
  ) {
    super(GATES.gru, inputSize, hiddenSize, readLayers(numLayers, options));
  }

  forward(input: Tensor, h0: Tensor | null = null): [Tensor, Tensor] {
    const [output, { h }] = this.run(gruStep, input, h0, null, false);
    return [output, h];
  }
}
export interface GRU {
  (input: Tensor, h0?: Tensor | null): [Tensor, Tensor];
}

/**
 * A long short-term memory (Hochreiter and Schmidhuber, 1997): input, forget, cell and output parts in this order.
 *
 * Shapes as those of `RNN`; the state is a pair of hidden and cell states.
 *
 * @example
 * const lstm = new nn.LSTM(10, 20, { batchFirst: true, bidirectional: true });
 * const [output, [hn, cn]] = lstm(torch.randn(3, 5, 10)); // [3, 5, 40], [2, 3, 20], [2, 3, 20]
 */
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, numLayers?: number | LSTMOptions, options?: LSTMOptions) {
    const given = readLayers(numLayers, options);
    super(GATES.lstm, inputSize, hiddenSize, given, given.projSize ?? 0);
  }

  forward(input: Tensor, state: LSTMState | null = null): [Tensor, [Tensor, Tensor]] {
    const [h0, c0] = state ?? [null, null];
    const [output, { h, c }] = this.run(lstmStep, input, h0, c0, true);
    return [output, [h, c!]];
  }
}
export interface LSTM {
  (input: Tensor, state?: LSTMState | null): [Tensor, [Tensor, Tensor]];
}
