// Writes instructions: one function an opcode, integers in, one call into the kernels.
//
// Layouts are those documented above each kernel. All addresses must have been asked for after the last storage
// was created (see storage.ts).
import { execute, f64, gemmScratch, i32, instruction, mailbox, mapScratch } from "./machine.js";
import { Fn, Op } from "./opcodes.js";

/** Where and how an operand lies: strides in elements, innermost last. */
export interface Operand {
  /** Byte address; 0 for a constant. */
  address: number;
  dtype: number;
  strides: readonly number[];
  /** The constant's value. */
  value: number;
}

/** One step of an elementwise program: registers are the inputs in order, then one for each step. */
export interface MapStep {
  readonly fn: number;
  readonly a: number;
  readonly b?: number;
  readonly c?: number;
}

/** Sets `count` elements to a value. */
export function fill(dtype: number, count: number, address: number, value: number): void {
  const p = instruction >> 2;
  i32[p] = Op.fill;
  i32[p + 1] = 8;
  i32[p + 2] = dtype;
  i32[p + 3] = count;
  i32[p + 4] = address;
  f64[(p + 6) >> 1] = value;
  execute();
}

/** Copies bytes. */
export function copyBytes(from: number, to: number, bytes: number): void {
  const p = instruction >> 2;
  i32[p] = Op.copy;
  i32[p + 1] = 6;
  i32[p + 2] = from;
  i32[p + 3] = to;
  i32[p + 4] = bytes;
  execute();
}

/** out = fn(a) over `count` contiguous elements of the computing type's size. */
export function mapOne(
  fn: number,
  type: number,
  count: number,
  a: number,
  aType: number,
  out: number,
  outType: number,
): void {
  const p = instruction >> 2;
  i32[p] = Op.map;
  i32[p + 1] = 30;
  i32[p + 2] = 1;
  i32[p + 3] = 1;
  i32[p + 4] = 1;
  i32[p + 5] = 1;
  i32[p + 6] = type;
  i32[p + 7] = mapScratch;
  i32[p + 8] = count;
  i32[p + 10] = a;
  i32[p + 11] = aType;
  i32[p + 12] = 1;
  i32[p + 16] = 1;
  i32[p + 18] = fn;
  i32[p + 19] = 1;
  i32[p + 20] = 0;
  i32[p + 21] = 0;
  i32[p + 22] = 0;
  i32[p + 24] = out;
  i32[p + 25] = outType;
  i32[p + 26] = 1;
  i32[p + 27] = 1;
  i32[p + 28] = 1;
  execute();
}

/** out = fn(a, b) over `count` contiguous elements. */
export function mapTwo(
  fn: number,
  type: number,
  count: number,
  a: number,
  aType: number,
  b: number,
  bType: number,
  out: number,
  outType: number,
): void {
  const p = instruction >> 2;
  i32[p] = Op.map;
  i32[p + 1] = 38;
  i32[p + 2] = 1;
  i32[p + 3] = 2;
  i32[p + 4] = 1;
  i32[p + 5] = 1;
  i32[p + 6] = type;
  i32[p + 7] = mapScratch;
  i32[p + 8] = count;
  i32[p + 10] = a;
  i32[p + 11] = aType;
  i32[p + 12] = 1;
  i32[p + 16] = 1;
  i32[p + 18] = b;
  i32[p + 19] = bType;
  i32[p + 20] = 1;
  i32[p + 24] = 1;
  i32[p + 26] = fn;
  i32[p + 27] = 2;
  i32[p + 28] = 0;
  i32[p + 29] = 1;
  i32[p + 30] = 0;
  i32[p + 32] = out;
  i32[p + 33] = outType;
  i32[p + 34] = 1;
  i32[p + 35] = 2;
  i32[p + 36] = 1;
  execute();
}

/** out = fn(a, value), or fn(value, a), over `count` contiguous elements. */
export function mapScalar(
  fn: number,
  type: number,
  count: number,
  a: number,
  aType: number,
  value: number,
  valueFirst: boolean,
  out: number,
  outType: number,
): void {
  const p = instruction >> 2;
  i32[p] = Op.map;
  i32[p + 1] = 38;
  i32[p + 2] = 1;
  i32[p + 3] = 2;
  i32[p + 4] = 1;
  i32[p + 5] = 1;
  i32[p + 6] = type;
  i32[p + 7] = mapScratch;
  i32[p + 8] = count;
  i32[p + 10] = a;
  i32[p + 11] = aType;
  i32[p + 12] = 1;
  i32[p + 16] = 1;
  i32[p + 18] = 0;
  i32[p + 19] = 0;
  i32[p + 20] = 2;
  f64[(p + 22) >> 1] = value;
  i32[p + 24] = 0;
  i32[p + 26] = fn;
  i32[p + 27] = 2;
  i32[p + 28] = valueFirst ? 1 : 0;
  i32[p + 29] = valueFirst ? 0 : 1;
  i32[p + 30] = 0;
  i32[p + 32] = out;
  i32[p + 33] = outType;
  i32[p + 34] = 1;
  i32[p + 35] = 2;
  i32[p + 36] = 1;
  execute();
}

/** Merges neighbouring dimensions that every operand walks in one stride; returns the sizes and rewrites the strides. */
function coalesce(
  shape: readonly number[],
  operands: { strides: readonly number[] }[],
): { sizes: number[]; strides: number[][] } {
  const sizes: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    const last = sizes.length - 1;
    let joins = last >= 0;
    for (let o = 0; joins && o < operands.length; o++) {
      joins = strides[o]![last] === operands[o]!.strides[d]! * size;
    }
    if (joins) {
      sizes[last]! *= size;
      for (let o = 0; o < operands.length; o++) strides[o]![last] = operands[o]!.strides[d]!;
    } else {
      sizes.push(size);
      for (let o = 0; o < operands.length; o++) strides[o]!.push(operands[o]!.strides[d]!);
    }
  }
  if (sizes.length === 0) {
    sizes.push(1);
    for (const s of strides) s.push(1);
  }
  return { sizes, strides };
}

/** 2: one element everywhere; 1: contiguous; 0: strided. */
function layoutKind(sizes: number[], strides: number[]): number {
  if (strides.every((s, d) => s === 0 || sizes[d] === 1)) return sizes.length === 1 && sizes[0] === 1 ? 1 : 2;
  let expected = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    if (strides[d] !== expected) return 0;
    expected *= sizes[d]!;
  }
  return 1;
}

/**
 * Runs an elementwise program over a shape. Inputs and outputs have one stride a dimension (0 where they are broadcast).
 *
 * @param type the type that is computed in: float32, float64 or int32
 */
export function mapProgram(
  shape: readonly number[],
  type: number,
  inputs: readonly Operand[],
  steps: readonly MapStep[],
  outputs: readonly (Operand & { register: number })[],
): void {
  const all = [...inputs, ...outputs];
  const constant = { strides: shape.map(() => 0) };
  const { sizes, strides } = coalesce(
    shape,
    all.map((o) => (o.address === 0 ? constant : o)),
  );
  const ndim = sizes.length;
  const padded = (ndim + 1) & ~1;
  const p = instruction >> 2;
  i32[p] = Op.map;
  i32[p + 2] = ndim;
  i32[p + 3] = inputs.length;
  i32[p + 4] = steps.length;
  i32[p + 5] = outputs.length;
  i32[p + 6] = type;
  i32[p + 7] = mapScratch;
  for (let d = 0; d < ndim; d++) i32[p + 8 + d] = sizes[d]!;
  let at = p + 8 + padded;
  inputs.forEach((input, index) => {
    i32[at] = input.address;
    i32[at + 1] = input.dtype;
    i32[at + 2] = input.address === 0 ? 2 : layoutKind(sizes, strides[index]!);
    f64[(at + 4) >> 1] = input.value;
    for (let d = 0; d < ndim; d++) i32[at + 6 + d] = strides[index]![d]!;
    at += 6 + padded;
  });
  steps.forEach((step, index) => {
    i32[at] = step.fn;
    i32[at + 1] = inputs.length + index;
    i32[at + 2] = step.a;
    i32[at + 3] = step.b ?? 0;
    i32[at + 4] = step.c ?? 0;
    at += 6;
  });
  outputs.forEach((output, o) => {
    const own = strides[inputs.length + o]!;
    i32[at] = output.address;
    i32[at + 1] = output.dtype;
    i32[at + 2] = layoutKind(sizes, own) === 1 ? 1 : 0;
    i32[at + 3] = output.register;
    for (let d = 0; d < ndim; d++) i32[at + 4 + d] = own[d]!;
    at += 4 + padded;
  });
  i32[p + 1] = at - p;
  execute();
}

/** Copies between two layouts and types. */
export function copyStrided(shape: readonly number[], type: number, from: Operand, to: Operand): void {
  mapProgram(shape, type, [from], [{ fn: Fn.copy, a: 0 }], [{ ...to, register: 1 }]);
}

/** A reduction; sizes and strides of the dimensions that are kept and of those that are reduced. */
export function reduce(
  fn: number,
  dtype: number,
  input: number,
  out: number,
  indices: number,
  keptSizes: readonly number[],
  keptStrides: readonly number[],
  sizes: readonly number[],
  strides: readonly number[],
  scale = 1,
): void {
  const p = instruction >> 2;
  const kept = keptSizes.length;
  const reduced = sizes.length;
  i32[p] = Op.reduce;
  i32[p + 1] = (12 + 2 * kept + 2 * reduced + 1) & ~1;
  i32[p + 2] = fn;
  i32[p + 3] = dtype;
  i32[p + 4] = out;
  i32[p + 5] = indices;
  i32[p + 6] = input;
  i32[p + 7] = kept;
  i32[p + 8] = reduced;
  f64[(p + 10) >> 1] = scale;
  let at = p + 12;
  for (let d = 0; d < kept; d++) i32[at++] = keptSizes[d]!;
  for (let d = 0; d < kept; d++) i32[at++] = keptStrides[d]!;
  for (let d = 0; d < reduced; d++) i32[at++] = sizes[d]!;
  for (let d = 0; d < reduced; d++) i32[at++] = strides[d]!;
  execute();
}

/** A reduction of `count` contiguous elements to one. */
export function reduceAll(fn: number, dtype: number, input: number, out: number, count: number, scale: number): void {
  const p = instruction >> 2;
  i32[p] = Op.reduce;
  i32[p + 1] = 14;
  i32[p + 2] = fn;
  i32[p + 3] = dtype;
  i32[p + 4] = out;
  i32[p + 5] = 0;
  i32[p + 6] = input;
  i32[p + 7] = 0;
  i32[p + 8] = 1;
  f64[(p + 10) >> 1] = scale;
  i32[p + 12] = count;
  i32[p + 13] = 1;
  execute();
}

/** C = act(alpha A B + beta C + bias), `batch` times; strides in elements. */
export function gemm(
  dtype: number,
  m: number,
  n: number,
  k: number,
  a: number,
  rowA: number,
  columnA: number,
  b: number,
  rowB: number,
  columnB: number,
  c: number,
  rowC: number,
  bias = 0,
  activation = 0,
  alpha = 1,
  beta = 0,
  batch = 1,
  batchA = 0,
  batchB = 0,
  batchC = 0,
): void {
  const p = instruction >> 2;
  i32[p] = Op.gemm;
  i32[p + 1] = 26;
  i32[p + 2] = dtype;
  i32[p + 3] = m;
  i32[p + 4] = n;
  i32[p + 5] = k;
  i32[p + 6] = a;
  i32[p + 7] = rowA;
  i32[p + 8] = columnA;
  i32[p + 9] = b;
  i32[p + 10] = rowB;
  i32[p + 11] = columnB;
  i32[p + 12] = c;
  i32[p + 13] = rowC;
  i32[p + 14] = bias;
  i32[p + 15] = activation;
  f64[(p + 16) >> 1] = alpha;
  f64[(p + 18) >> 1] = beta;
  i32[p + 20] = gemmScratch;
  i32[p + 21] = batch;
  i32[p + 22] = batchA;
  i32[p + 23] = batchB;
  i32[p + 24] = batchC;
  execute();
}

/** An instruction whose operands are plain integers, followed by doubles from an even word on. */
export function plain(op: number, integers: readonly number[], doubles: readonly number[] = []): void {
  const p = instruction >> 2;
  i32[p] = op;
  let at = p + 2;
  for (let i = 0; i < integers.length; i++) i32[at++] = integers[i]!;
  at += at & 1;
  for (let i = 0; i < doubles.length; i++, at += 2) f64[at >> 1] = doubles[i]!;
  i32[p + 1] = at - p;
  execute();
}

/** A stochastic gradient descent step; five integers a parameter: address, gradient, buffer or 0, count, buffer is new. */
export function sgd(
  dtype: number,
  settings: {
    lr: number;
    momentum: number;
    dampening: number;
    weightDecay: number;
    nesterov: boolean;
    maximize: boolean;
  },
  parameters: readonly number[],
): void {
  const p = instruction >> 2;
  const count = parameters.length / 5;
  i32[p] = Op.sgd;
  i32[p + 1] = 14 + count * 6;
  i32[p + 2] = count;
  i32[p + 3] = dtype;
  i32[p + 4] = settings.nesterov ? 1 : 0;
  i32[p + 5] = settings.maximize ? 1 : 0;
  f64[(p + 6) >> 1] = settings.lr;
  f64[(p + 8) >> 1] = settings.momentum;
  f64[(p + 10) >> 1] = settings.dampening;
  f64[(p + 12) >> 1] = settings.weightDecay;
  for (let q = 0, at = p + 14; q < count; q++, at += 6) {
    for (let i = 0; i < 5; i++) i32[at + i] = parameters[q * 5 + i]!;
  }
  execute();
}

/** The smallest and the largest of `count` int32 values. */
export function extent(count: number, address: number): [number, number] {
  plain(Op.extent, [count, address, mailbox]);
  return [i32[mailbox >> 2]!, i32[(mailbox >> 2) + 1]!];
}

/** How many of `count` elements are not 0; their positions go to `out` unless that is 0. */
export function nonzero(dtype: number, count: number, address: number, out: number): number {
  plain(Op.nonzero, [dtype, count, address, out, mailbox]);
  return i32[mailbox >> 2]!;
}

/** 63 random bits of a generator, as PyTorch draws an int64 seed; only the low 32 are needed to seed another. */
export function drawSeed(generator: number): number {
  plain(Op.raw64, [generator, mailbox]);
  return i32[mailbox >> 2]! >>> 0;
}
