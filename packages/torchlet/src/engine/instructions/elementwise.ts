// Writes elementwise programs: contiguous ones by the shortest way, all others through tables of operands.
import { execute, f64, i32, instruction, mapScratch } from "../machine.js";
import { Op } from "../opcodes.js";
import { MAP_WORK } from "./work.js";

/** One step of an elementwise program: registers are the inputs in order, then one for each step. */
export interface MapStep {
  readonly fn: number;
  readonly a: number;
  readonly b?: number;
  readonly c?: number;
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
