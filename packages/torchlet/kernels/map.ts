// Elementwise programs: load, compute and store in blocks that stay in the first cache.
//
// One instruction runs a chain of steps over any broadcast shape. Operands that are contiguous and of the computing
// type are used where they lie; all others (strided, broadcast, of another type) are brought into a block buffer first.
//
// Words: 2 ndim, 3 inputs, 4 steps, 5 outputs, 6 computing type, 7 scratch, 8.. dims (outermost first);
//   each input:  address (0: a constant), dtype, contiguous?, 0, constant (two words), strides[ndim] (+ padding to even)
//   each step:   function, destination register, operand registers a, b, c, 0
//   each output: address, dtype, contiguous?, register, strides[ndim] (+ padding to even)
// Registers: the inputs in order, then buffers.
import { F32, F64, I32, sizeShift } from "./dtype";
import { fill, loadRun, storeRun } from "./convert";
import { shareEnd, shareIndex, shareStart } from "./parallel";
import { step32 } from "./map-f32";
import { step64 } from "./map-f64";
import { stepInt } from "./map-i32";

/** Elements a block: three float32 buffers take 6 KiB. */
export const BLOCK: i32 = 512;
/** Registers that the scratch area holds; the layout is a table of addresses, then the buffers. */
export const MAX_REGISTERS: i32 = 40;

/** Bytes of scratch that the caller provides. */
export function mapScratchBytes(): i32 {
  return 256 + MAX_REGISTERS * BLOCK * 8;
}

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The offset in elements of the linear position `outer` over all dimensions but the last. */
function outerOffset(pc: usize, ndim: i32, strides: i32, outer: i32): i32 {
  let offset = 0;
  for (let d = ndim - 2; d >= 0; --d) {
    const size = word(pc, 8 + d);
    const next = outer / size;
    offset += (outer - next * size) * word(pc, strides + d);
    outer = next;
  }
  return offset;
}

export function map(pc: usize): void {
  const ndim = word(pc, 2), inputs = word(pc, 3), steps = word(pc, 4), outputs = word(pc, 5), type = word(pc, 6);
  const scratch = <usize>(word(pc, 7) + shareIndex() * mapScratchBytes());
  const buffers = scratch + 256;
  const shift = sizeShift(type);
  let total = 1;
  for (let d = 0; d < ndim; ++d) total *= word(pc, 8 + d);
  if (total == 0) return;
  const inner = ndim > 0 ? word(pc, 8 + ndim - 1) : 1;
  const firstInput = 8 + ((ndim + 1) & ~1);
  const inputWords = 6 + ((ndim + 1) & ~1);
  const firstStep = firstInput + inputs * inputWords;
  const firstOutput = firstStep + steps * 6;
  const outputWords = 4 + ((ndim + 1) & ~1);

  // Operands that are one value everywhere are spread once.
  for (let r = 0; r < inputs; ++r) {
    const at = firstInput + r * inputWords;
    const address = <usize>word(pc, at);
    const buffer = buffers + <usize>(r * BLOCK * 8);
    if (address == 0) {
      fill(buffer, type, min(total, BLOCK), f64.load(pc + (<usize>(at + 4) << 2)));
      i32.store(scratch + (<usize>r << 2), <i32>buffer);
    } else if (word(pc, at + 2) == 2) {
      loadRun(address, 0, word(pc, at + 1), buffer, type, min(total, BLOCK));
      i32.store(scratch + (<usize>r << 2), <i32>buffer);
    }
  }

  const end = shareEnd(total, BLOCK);
  for (let start = shareStart(total, BLOCK); start < end; start += BLOCK) {
    const n = min(BLOCK, end - start);
    for (let r = 0; r < inputs; ++r) {
      const at = firstInput + r * inputWords;
      const address = <usize>word(pc, at);
      const kind = word(pc, at + 2);
      if (address == 0 || kind == 2) continue;
      const dtype = word(pc, at + 1);
      const size = sizeShift(dtype);
      if (kind == 1 && dtype == type) {
        i32.store(scratch + (<usize>r << 2), <i32>(address + (<usize>start << size)));
        continue;
      }
      const buffer = buffers + <usize>(r * BLOCK * 8);
      i32.store(scratch + (<usize>r << 2), <i32>buffer);
      if (kind == 1) {
        loadRun(address + (<usize>start << size), 1, dtype, buffer, type, n);
        continue;
      }
      const strides = at + 6;
      const stride = word(pc, strides + ndim - 1);
      let done = 0, outer = start / inner, i = start - outer * inner;
      while (done < n) {
        const run = min(inner - i, n - done);
        const offset = outerOffset(pc, ndim, strides, outer) + i * stride;
        loadRun(address + (<usize>offset << size), stride, dtype, buffer + (<usize>done << shift), type, run);
        done += run;
        i = 0;
        ++outer;
      }
    }
    // Results go straight to their place where that is contiguous and of the computing type, else to a buffer.
    for (let r = inputs; r < inputs + steps; ++r) i32.store(scratch + (<usize>r << 2), <i32>(buffers + <usize>(r * BLOCK * 8)));
    for (let o = 0; o < outputs; ++o) {
      const at = firstOutput + o * outputWords;
      if (word(pc, at + 2) == 1 && word(pc, at + 1) == type && word(pc, at + 3) >= inputs) {
        i32.store(scratch + (<usize>word(pc, at + 3) << 2), word(pc, at) + (start << <i32>shift));
      }
    }
    for (let s = 0; s < steps; ++s) {
      const at = firstStep + s * 6;
      const to = <usize>i32.load(scratch + (<usize>word(pc, at + 1) << 2));
      const a = <usize>i32.load(scratch + (<usize>word(pc, at + 2) << 2));
      const b = <usize>i32.load(scratch + (<usize>word(pc, at + 3) << 2));
      const c = <usize>i32.load(scratch + (<usize>word(pc, at + 4) << 2));
      const fn = word(pc, at);
      if (type == F32) step32(fn, to, a, b, c, n);
      else if (type == F64) step64(fn, to, a, b, c, n);
      else stepInt(fn, to, a, b, c, n);
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
      const strides = at + 4;
      const stride = word(pc, strides + ndim - 1);
      let done = 0, outer = start / inner, i = start - outer * inner;
      while (done < n) {
        const run = min(inner - i, n - done);
        const offset = outerOffset(pc, ndim, strides, outer) + i * stride;
        storeRun(from + (<usize>done << shift), type, address + (<usize>offset << size), stride, dtype, run);
        done += run;
        i = 0;
        ++outer;
      }
    }
  }
}
