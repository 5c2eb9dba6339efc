// Writes instructions: one function an opcode, integers in, one call into the kernels.
//
// Layouts are those documented above each kernel. All addresses must have been asked for after the last storage
// was created (see storage.ts).

import { blasAvailable } from "./blas.js";
import { execute, executeBlas, f64, gemmScratch, i32, instruction, mailbox, mapScratch } from "./machine.js";
import { Fn, Op } from "./opcodes.js";

/** Nanoseconds that one thread takes about: for a step on an element, for an element of a sum, for a multiplication or addition of a product. */
const MAP_WORK = 0.4;
const REDUCE_WORK = 0.15;
const PRODUCT_WORK = 0.022;
/** Products from this many operations on go to the machine's BLAS: below, calling it costs more than it saves. */
const BLAS_FLOPS = 500_000;

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
  execute(count * MAP_WORK);
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
  execute(count * MAP_WORK);
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
  execute(count * MAP_WORK);
}

/** Operands of one program: inputs, then the output. The tables are reused, so that small operations allocate nothing. */
const MAX_OPERANDS = 16;
const MAX_DIMS = 32;
const addresses = new Int32Array(MAX_OPERANDS);
const types = new Int32Array(MAX_OPERANDS);
const values = new Float64Array(MAX_OPERANDS);
const strides = new Int32Array(MAX_OPERANDS * MAX_DIMS);
const sizes = new Int32Array(MAX_DIMS);

/** Makes operand `slot` of the next program a constant. */
export function setConstant(slot: number, ndim: number, value: number): void {
  addresses[slot] = 0;
  values[slot] = value;
  strides.fill(0, slot * MAX_DIMS, slot * MAX_DIMS + ndim);
}

/** Makes operand `slot` of the next program a tensor's elements, repeated where the target shape is larger. */
export function setOperand(
  slot: number,
  address: number,
  dtype: number,
  shape: readonly number[],
  ownStrides: readonly number[],
  target: readonly number[],
): void {
  addresses[slot] = address;
  types[slot] = dtype;
  const lead = target.length - shape.length;
  const row = slot * MAX_DIMS;
  for (let d = 0; d < target.length; d++) {
    const own = d - lead;
    strides[row + d] = own < 0 || (shape[own] === 1 && target[d] !== 1) ? 0 : ownStrides[own]!;
  }
}

/** Merges neighbouring dimensions that every operand walks in one stride, in the tables; returns how many are left. */
function coalesce(shape: readonly number[], operands: number): number {
  let last = -1;
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    let joins = last >= 0;
    for (let row = 0; joins && row < operands * MAX_DIMS; row += MAX_DIMS) {
      joins = strides[row + last] === strides[row + d]! * size;
    }
    if (joins) sizes[last]! *= size;
    else sizes[++last] = size;
    for (let row = 0; row < operands * MAX_DIMS; row += MAX_DIMS) strides[row + last] = strides[row + d]!;
  }
  if (last >= 0) return last + 1;
  sizes[0] = 1;
  for (let row = 0; row < operands * MAX_DIMS; row += MAX_DIMS) strides[row] = 1;
  return 1;
}

/** 2: one element everywhere; 1: contiguous; 0: strided. */
function layoutKind(row: number, ndim: number): number {
  let expected = 1;
  let contiguous = true;
  let single = true;
  for (let d = ndim - 1; d >= 0; d--) {
    const stride = strides[row + d]!;
    if (stride !== expected) contiguous = false;
    if (stride !== 0) single = false;
    expected *= sizes[d]!;
  }
  return contiguous ? 1 : single ? 2 : 0;
}

/**
 * Runs an elementwise program over a shape, on the operands that were set: `inputs` of them, then the output.
 *
 * @param type the type that is computed in: float32, float64 or int32
 */
export function mapProgram(shape: readonly number[], type: number, inputs: number, steps: readonly MapStep[]): void {
  if (shape.length > MAX_DIMS) throw new RangeError(`tensors have at most ${MAX_DIMS} dimensions, got ${shape.length}`);
  const ndim = coalesce(shape, inputs + 1);
  const padded = (ndim + 1) & ~1;
  const p = instruction >> 2;
  i32[p] = Op.map;
  i32[p + 2] = ndim;
  i32[p + 3] = inputs;
  i32[p + 4] = steps.length;
  i32[p + 5] = 1;
  i32[p + 6] = type;
  i32[p + 7] = mapScratch;
  for (let d = 0; d < ndim; d++) i32[p + 8 + d] = sizes[d]!;
  let at = p + 8 + padded;
  for (let slot = 0; slot < inputs; slot++) {
    const row = slot * MAX_DIMS;
    const address = addresses[slot]!;
    i32[at] = address;
    i32[at + 1] = types[slot]!;
    i32[at + 2] = address === 0 ? 2 : layoutKind(row, ndim);
    f64[(at + 4) >> 1] = values[slot]!;
    for (let d = 0; d < ndim; d++) i32[at + 6 + d] = strides[row + d]!;
    at += 6 + padded;
  }
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    i32[at] = step.fn;
    i32[at + 1] = inputs + i;
    i32[at + 2] = step.a;
    i32[at + 3] = step.b ?? 0;
    i32[at + 4] = step.c ?? 0;
    at += 6;
  }
  const row = inputs * MAX_DIMS;
  i32[at] = addresses[inputs]!;
  i32[at + 1] = types[inputs]!;
  i32[at + 2] = layoutKind(row, ndim) === 1 ? 1 : 0;
  i32[at + 3] = inputs + steps.length - 1;
  for (let d = 0; d < ndim; d++) i32[at + 4 + d] = strides[row + d]!;
  at += 4 + padded;
  i32[p + 1] = at - p;
  let count = steps.length;
  for (let d = 0; d < ndim; d++) count *= sizes[d]!;
  execute(count * MAP_WORK);
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
  divisor = 1,
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
  f64[(p + 10) >> 1] = divisor;
  let at = p + 12;
  for (let d = 0; d < kept; d++) i32[at++] = keptSizes[d]!;
  for (let d = 0; d < kept; d++) i32[at++] = keptStrides[d]!;
  for (let d = 0; d < reduced; d++) i32[at++] = sizes[d]!;
  for (let d = 0; d < reduced; d++) i32[at++] = strides[d]!;
  let count = 1;
  for (let d = 0; d < kept; d++) count *= keptSizes[d]!;
  for (let d = 0; d < reduced; d++) count *= sizes[d]!;
  execute(kept === 0 ? 0 : count * REDUCE_WORK);
}

/** A reduction of `count` contiguous elements to one. */
export function reduceAll(fn: number, dtype: number, input: number, out: number, count: number, divisor: number): void {
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
  f64[(p + 10) >> 1] = divisor;
  i32[p + 12] = count;
  i32[p + 13] = 1;
  execute();
}

/** Writes one row into every row of a contiguous matrix. */
function spreadRow(dtype: number, row: number, rows: number, columns: number, to: number): void {
  const shape = [rows, columns];
  setOperand(0, row, dtype, [columns], [1], shape);
  setOperand(1, to, dtype, shape, [columns, 1], shape);
  mapProgram(shape, dtype, 1, [{ fn: Fn.copy, a: 0 }]);
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
  const flops = 2 * batch * m * n * k;
  if (flops >= BLAS_FLOPS) {
    const contiguous = rowC === n && (batch === 1 || batchC === m * n);
    if ((bias === 0 && activation === 0) || (contiguous && beta === 0 && blasAvailable())) {
      // The library has no epilogue: the bias is what the product is added to.
      if (bias !== 0) spreadRow(dtype, bias, batch * m, n, c);
      const keep = bias === 0 ? beta : 1;
      const operands = [
        m,
        n,
        k,
        a,
        rowA,
        columnA,
        b,
        rowB,
        columnB,
        c,
        rowC,
        alpha,
        keep,
        batch,
        batchA,
        batchB,
        batchC,
      ] as const;
      if (executeBlas(dtype === 1, ...operands)) {
        if (activation !== 0) mapOne(Fn.relu, dtype, batch * m * n, c, dtype, c, dtype);
        return;
      }
    }
  }
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
  execute(flops * PRODUCT_WORK);
}

/** An instruction whose operands are plain integers, followed by doubles from an even word on. */
export function plain(op: number, integers: readonly number[], doubles: readonly number[] = [], work = 0): void {
  const p = instruction >> 2;
  i32[p] = op;
  let at = p + 2;
  for (let i = 0; i < integers.length; i++) i32[at++] = integers[i]!;
  at += at & 1;
  for (let i = 0; i < doubles.length; i++, at += 2) f64[at >> 1] = doubles[i]!;
  i32[p + 1] = at - p;
  execute(work);
}

/** Words of an optimizer instruction before its rows, words a row, and as many rows as the instruction area holds. */
const UPDATE_HEAD = 18;
const UPDATE_ROW = 16;
const MAX_UPDATES = 4000;
let updates = 0;
let updateWork = 0;

/** Begins an optimizer step: a rule, whether to maximize, and the settings of the rule (kernels/optim.ts). */
export function beginUpdate(rule: number, maximize: boolean, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): void {
  const p = instruction >> 2;
  i32[p] = Op.optimize;
  i32[p + 2] = rule;
  i32[p + 4] = maximize ? 1 : 0;
  const at = (p + 6) >> 1;
  f64[at] = a;
  f64[at + 1] = b;
  f64[at + 2] = c;
  f64[at + 3] = d;
  f64[at + 4] = e;
  f64[at + 5] = f;
  updates = 0;
  updateWork = 0;
}

/** Adds a parameter to the step: addresses of it, its gradient and its states (0: none), and its own numbers. */
export function addUpdate(
  dtype: number,
  count: number,
  parameter: number,
  gradient: number,
  state0: number,
  state1: number,
  state2: number,
  x: number,
  y: number,
  z: number,
  w: number,
): void {
  if (updates === MAX_UPDATES) endUpdate();
  const p = (instruction >> 2) + UPDATE_HEAD + updates * UPDATE_ROW;
  i32[p] = parameter;
  i32[p + 1] = gradient;
  i32[p + 2] = state0;
  i32[p + 3] = state1;
  i32[p + 4] = state2;
  i32[p + 5] = count;
  i32[p + 6] = dtype;
  const at = (p + 8) >> 1;
  f64[at] = x;
  f64[at + 1] = y;
  f64[at + 2] = z;
  f64[at + 3] = w;
  updates++;
  updateWork += count;
}

/** Runs the step for the parameters that were added. */
export function endUpdate(): void {
  const p = instruction >> 2;
  i32[p + 1] = UPDATE_HEAD + updates * UPDATE_ROW;
  i32[p + 3] = updates;
  updates = 0;
  execute(updateWork * MAP_WORK);
}

/** The sum of the squares of many tensors; three integers each: address, count, type. */
export function squareSum(tensors: readonly number[]): number {
  const most = 3 * 10_000;
  if (tensors.length > most) return squareSum(tensors.slice(0, most)) + squareSum(tensors.slice(most));
  const p = instruction >> 2;
  const count = tensors.length / 3;
  i32[p] = Op.squareSum;
  i32[p + 1] = 4 + count * 4;
  i32[p + 2] = count;
  i32[p + 3] = mailbox;
  for (let q = 0; q < count; q++) for (let i = 0; i < 3; i++) i32[p + 4 + q * 4 + i] = tensors[q * 3 + i]!;
  execute();
  return f64[mailbox >> 3]!;
}

/** The smallest and the largest of `count` int32 values. */
export function extent(count: number, address: number): [number, number] {
  plain(Op.extent, [count, address, mailbox]);
  return [i32[mailbox >> 2]!, i32[(mailbox >> 2) + 1]!];
}

/** Whether none of `count` floating-point elements is NaN or infinite. */
export function allFinite(dtype: number, count: number, address: number): boolean {
  plain(Op.allFinite, [dtype, count, address, mailbox]);
  return i32[mailbox >> 2]! !== 0;
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
