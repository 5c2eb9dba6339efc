// Elementwise programs: load, compute and store in blocks that stay in the first cache.
//
// One instruction runs a chain of steps over any broadcast shape. Operands that are contiguous and of the computing
// type are used where they lie; all others (strided, broadcast, of another type) are brought into a block buffer first.
//
// Words: 2 ndim, 3 inputs, 4 steps, 5 outputs, 6 computing type, 7 scratch, 8.. dims (outermost first);
//   each input:  address (0: a constant), dtype, contiguous? (2: one element), 0, constant (two words), strides[ndim] (+ padding to even)
//   each step:   function, destination register, operand registers a, b, c, 0
//   each output: address, dtype, contiguous?, register, strides[ndim] (+ padding to even)
// Registers: the inputs in order, then buffers.
//
// Blocks follow the rows of the last dimension: several whole rows where they are short, else parts of one row. So what is
// repeated for every row is loaded once, and what is one number a row is never spread over a long one.
import { BOOL, F32, F64, U8, sizeShift } from "./dtype";
import { fill, loadRun, storeRun } from "./convert";
import { compare32 } from "./map-bool";
import { loadRows } from "./rows";
import { shareEnd, shareIndex, shareStart } from "./parallel";
import { isTransposed, transpose } from "./transpose";
import { step32 } from "./map-f32";
import { step64 } from "./map-f64";
import { stepInt } from "./map-i32";
import { Fn } from "./fn";

/** Bytes of a block: three buffers take 12 KiB. */
const BLOCK_BYTES: i32 = 4096;
/** Registers that the scratch area holds. */
export const MAX_REGISTERS: i32 = 40;
/** Where the scratch area has each register's address, and whether it moves with the elements (-1) or is a constant (0). */
const MOVES: usize = 256;
const BUFFERS: usize = 512;
/** Buffers are staggered, so that they do not compete for the same lines of the cache; vectors may be written past an end. */
const BUFFER_BYTES: i32 = BLOCK_BYTES + 128 + 64;
/** A constant is kept in this many bytes: what one round of the longest loop reads. */
const CONSTANT_BYTES: i32 = 64;

/** How an input reaches the blocks. */
namespace Way {
  /** It is there: a constant, or repeated for every row. */
  export const DONE: i32 = 0;
  /** Used where it lies. */
  export const IN_PLACE: i32 = 1;
  /** Contiguous, of another type. */
  export const CONVERT: i32 = 2;
  /** Used where it lies, a row at a time. */
  export const ROW: i32 = 3;
  /** One number a row. */
  export const SPLAT: i32 = 4;
  export const GATHER: i32 = 5;
}

/** Bytes of scratch that the caller provides. */
export function mapScratchBytes(): i32 {
  return <i32>BUFFERS + MAX_REGISTERS * BUFFER_BYTES;
}

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The offset in elements of row `outer` over all dimensions but the last. */
function outerOffset(pc: usize, ndim: i32, strides: i32, outer: i32): i32 {
  if (ndim == 2) return outer * word(pc, strides);
  let offset = 0;
  for (let d = ndim - 2; d >= 0; --d) {
    const size = word(pc, 8 + d);
    const next = outer / size;
    offset += (outer - next * size) * word(pc, strides + d);
    outer = next;
  }
  return offset;
}

/** Runs one function over n elements of the computing type. */
// @ts-ignore: decorator
@inline
function step(type: i32, fn: i32, to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void {
  if (type == F32) step32(fn, to, a, b, c, moveA, moveB, moveC, n);
  else if (type == F64) step64(fn, to, a, b, c, moveA, moveB, moveC, n);
  else stepInt(fn, to, a, b, c, moveA, moveB, moveC, n);
}

/** Puts the constant of the input at word `at` into a buffer. */
function loadConstant(pc: usize, at: i32, type: i32, buffer: usize): void {
  const address = <usize>word(pc, at);
  const n = CONSTANT_BYTES >> <i32>sizeShift(type);
  if (address == 0) fill(buffer, type, n, f64.load(pc + (<usize>(at + 4) << 2)));
  else loadRun(address, 0, word(pc, at + 1), buffer, type, n);
}

/** Operand `register` of a program of one dimension: its address from element `start` on; 0 if it has to be converted first. */
// @ts-ignore: decorator
@inline
function operandOf(pc: usize, register: i32, type: i32, scratch: usize, start: i32): usize {
  const at = 10 + register * 8;
  const address = <usize>word(pc, at);
  if (address == 0 || word(pc, at + 2) == 2) {
    const buffer = scratch + BUFFERS + <usize>(register * CONSTANT_BYTES);
    loadConstant(pc, at, type, buffer);
    return buffer;
  }
  return word(pc, at + 2) == 1 && word(pc, at + 1) == type ? address + (<usize>start << sizeShift(type)) : 0;
}

/** Whether operand `register` of a program of one dimension moves with the elements. */
// @ts-ignore: decorator
@inline
function moveOf(pc: usize, register: i32): i32 {
  const at = 10 + register * 8;
  return word(pc, at) == 0 || word(pc, at + 2) == 2 ? 0 : -1;
}

/** One step on contiguous operands: no blocks, no tables. Returns false where that is not what the program is. */
function direct(pc: usize, inputs: i32, type: i32, scratch: usize): bool {
  const atStep = 10 + inputs * 8, atOutput = atStep + 6;
  if (word(pc, atOutput + 2) != 1 || word(pc, atOutput + 3) != inputs) return false;
  const total = word(pc, 8), dtype = word(pc, atOutput + 1), fn = word(pc, atStep);
  // Cut at whole cache lines of every type.
  const start = shareStart(total, 64), n = shareEnd(total, 64) - start;
  if (n <= 0) return true;
  const ra = word(pc, atStep + 2), rb = word(pc, atStep + 3), rc = word(pc, atStep + 4);
  const to = <usize>word(pc, atOutput) + (<usize>start << sizeShift(dtype));
  if (fn == Fn.COPY && word(pc, 12 + ra * 8) == 1 && word(pc, 10 + ra * 8)) {
    const dtypeA = word(pc, 11 + ra * 8);
    const from = <usize>word(pc, 10 + ra * 8) + (<usize>start << sizeShift(dtypeA));
    if (dtypeA == dtype && (dtype == type || dtype >= U8)) memory.copy(to, from, <usize>n << sizeShift(dtype));
    else if (dtype == type) loadRun(from, 1, dtypeA, to, type, n);
    else if (dtypeA == type) storeRun(from, type, to, 1, dtype, n);
    else return false;
    return true;
  }
  const a = operandOf(pc, ra, type, scratch, start), b = rb == ra ? a : operandOf(pc, rb, type, scratch, start);
  const c = rc == ra ? a : rc == rb ? b : operandOf(pc, rc, type, scratch, start);
  if (a == 0 || b == 0 || c == 0) return false;
  const moveA = moveOf(pc, ra), moveB = moveOf(pc, rb);
  if (dtype == type) step(type, fn, to, a, b, c, moveA, moveB, moveOf(pc, rc), n);
  else if (type == F32 && dtype == BOOL && fn >= Fn.EQ && fn <= Fn.GE) compare32(fn, to, a, b, moveA, moveB, n);
  else return false;
  return true;
}

export function map(pc: usize): void {
  const ndim = word(pc, 2), inputs = word(pc, 3), steps = word(pc, 4), outputs = word(pc, 5), type = word(pc, 6);
  const scratch = <usize>(word(pc, 7) + shareIndex() * mapScratchBytes());
  if (ndim == 1 && steps == 1 && outputs == 1 && inputs > 0 && direct(pc, inputs, type, scratch)) return;
  const buffers = scratch + BUFFERS;
  const shift = sizeShift(type);
  let total = 1;
  for (let d = 0; d < ndim; ++d) total *= word(pc, 8 + d);
  if (total == 0) return;
  const inner = ndim > 0 ? word(pc, 8 + ndim - 1) : 1;
  const rows = total / inner;
  const firstInput = 8 + ((ndim + 1) & ~1);
  const inputWords = 6 + ((ndim + 1) & ~1);
  const firstStep = firstInput + inputs * inputWords;
  const firstOutput = firstStep + steps * 6;
  const outputWords = 4 + ((ndim + 1) & ~1);
  if (steps == 1 && inputs == 1 && outputs == 1 && isTransposed(pc, ndim, type, firstInput, firstStep, firstOutput)) {
    transpose(pc, ndim, type, firstInput, firstOutput);
    return;
  }

  // Whole rows a block, or whole blocks a row.
  const limit = BLOCK_BYTES >> <i32>shift;
  const rowsPerBlock = limit / inner;
  const long = rowsPerBlock == 0;
  const parts = long ? (inner + limit - 1) / limit : 1;
  const partLength = long ? ((inner + parts - 1) / parts + 15) & ~15 : inner;
  const units = long ? rows * parts : (rows + rowsPerBlock - 1) / rowsPerBlock;
  const first = shareStart(units, 1), last = shareEnd(units, 1);
  if (first == last) return;

  // The table of ways stands behind that of moves.
  const ways = scratch + MOVES + (MAX_REGISTERS << 2);
  for (let r = 0; r < inputs; ++r) {
    const at = firstInput + r * inputWords, kind = word(pc, at + 2), dtype = word(pc, at + 1), strides = at + 6;
    const buffer = buffers + <usize>(r * BUFFER_BYTES), slot = <usize>r << 2;
    let way = Way.GATHER, move = -1;
    if (word(pc, at) == 0 || kind == 2) {
      loadConstant(pc, at, type, buffer);
      way = Way.DONE;
      move = 0;
    } else if (kind == 1) {
      way = dtype == type ? Way.IN_PLACE : Way.CONVERT;
    } else if (long) {
      const stride = word(pc, strides + ndim - 1);
      if (stride == 1 && dtype == type) way = Way.ROW;
      if (stride == 0) {
        way = Way.SPLAT;
        move = 0;
      }
    } else {
      let repeated = true;
      for (let d = 0; d < ndim - 1; ++d) if (word(pc, strides + d) != 0) repeated = false;
      if (repeated) {
        loadRows(<usize>word(pc, at), 0, word(pc, strides + ndim - 1), dtype, buffer, type, min(rows, rowsPerBlock), inner);
        way = Way.DONE;
      }
    }
    i32.store(scratch + slot, <i32>buffer);
    i32.store(scratch + slot, move, MOVES);
    store<u8>(ways + r, way);
  }
  for (let r = inputs; r < inputs + steps; ++r) i32.store(scratch + (<usize>r << 2), -1, MOVES);
  // A constant that is an output itself fills a block.
  for (let o = 0; o < outputs; ++o) {
    const register = word(pc, firstOutput + o * outputWords + 3);
    if (register < inputs && i32.load(scratch + (<usize>register << 2), MOVES) == 0) {
      const at = firstInput + register * inputWords, buffer = buffers + <usize>(register * BUFFER_BYTES);
      if (word(pc, at) == 0) fill(buffer, type, limit, f64.load(pc + (<usize>(at + 4) << 2)));
      else if (load<u8>(ways + register) == Way.DONE) loadRun(<usize>word(pc, at), 0, word(pc, at + 1), buffer, type, limit);
      else store<u8>(ways + register, Way.GATHER);
      i32.store(scratch + (<usize>register << 2), -1, MOVES);
    }
  }

  for (let unit = first; unit < last; ++unit) {
    const row = long ? unit / parts : unit * rowsPerBlock;
    const column = long ? (unit - row * parts) * partLength : 0;
    const height = long ? 1 : min(rowsPerBlock, rows - row);
    const width = long ? min(partLength, inner - column) : inner;
    const n = height * width, start = row * inner + column;
    if (n <= 0) continue;
    for (let r = 0; r < inputs; ++r) {
      const way = load<u8>(ways + r);
      if (way == Way.DONE) continue;
      const at = firstInput + r * inputWords, dtype = word(pc, at + 1);
      const address = <usize>word(pc, at), size = sizeShift(dtype), slot = scratch + (<usize>r << 2);
      if (way == Way.IN_PLACE) {
        i32.store(slot, <i32>(address + (<usize>start << size)));
        continue;
      }
      const buffer = buffers + <usize>(r * BUFFER_BYTES);
      if (way == Way.CONVERT) {
        loadRun(address + (<usize>start << size), 1, dtype, buffer, type, n);
        continue;
      }
      const strides = at + 6, stride = word(pc, strides + ndim - 1);
      if (long) {
        const from = address + (<usize>(outerOffset(pc, ndim, strides, row) + column * stride) << size);
        if (way == Way.ROW) i32.store(slot, <i32>from);
        else loadRun(from, stride, dtype, buffer, type, way == Way.SPLAT ? CONSTANT_BYTES >> <i32>shift : width);
        continue;
      }
      // Rows follow each other at one distance until the dimension before the last is through.
      const many = word(pc, 8 + ndim - 2), distance = word(pc, strides + ndim - 2);
      for (let done = 0; done < height; ) {
        const now = row + done, run = min(height - done, many - now % many);
        const from = address + (<usize>outerOffset(pc, ndim, strides, now) << size);
        loadRows(from, distance, stride, dtype, buffer + (<usize>(done * width) << shift), type, run, width);
        done += run;
      }
    }
    // Results go straight to their place where that is contiguous and of the computing type, else to a buffer.
    for (let r = inputs; r < inputs + steps; ++r) i32.store(scratch + (<usize>r << 2), <i32>(buffers + <usize>(r * BUFFER_BYTES)));
    for (let o = 0; o < outputs; ++o) {
      const at = firstOutput + o * outputWords;
      if (word(pc, at + 2) == 1 && word(pc, at + 1) == type && word(pc, at + 3) >= inputs) {
        i32.store(scratch + (<usize>word(pc, at + 3) << 2), word(pc, at) + (start << <i32>shift));
      }
    }
    for (let s = 0; s < steps; ++s) {
      const at = firstStep + s * 6;
      const a = scratch + (<usize>word(pc, at + 2) << 2);
      const b = scratch + (<usize>word(pc, at + 3) << 2);
      const c = scratch + (<usize>word(pc, at + 4) << 2);
      step(type, word(pc, at), <usize>i32.load(scratch + (<usize>word(pc, at + 1) << 2)),
        <usize>i32.load(a), <usize>i32.load(b), <usize>i32.load(c), i32.load(a, MOVES), i32.load(b, MOVES), i32.load(c, MOVES), n);
    }
    for (let o = 0; o < outputs; ++o) {
      const at = firstOutput + o * outputWords;
      const address = <usize>word(pc, at);
      const dtype = word(pc, at + 1);
      const size = sizeShift(dtype);
      const register = word(pc, at + 3);
      const from = <usize>i32.load(scratch + (<usize>register << 2));
      if (word(pc, at + 2) == 1) {
        if (dtype == type && register >= inputs) continue;
        storeRun(from, type, address + (<usize>start << size), 1, dtype, n);
        continue;
      }
      const strides = at + 4, stride = word(pc, strides + ndim - 1);
      for (let r = 0; r < height; ++r) {
        const offset = outerOffset(pc, ndim, strides, row + r) + column * stride;
        storeRun(from + (<usize>(r * width) << shift), type, address + (<usize>offset << size), stride, dtype, width);
      }
    }
  }
}
