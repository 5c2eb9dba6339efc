// The engine's one entry: runs a stream of instructions.
//
// An instruction is a row of 32-bit words: opcode, size in words, operands. Doubles stand at even words.
// src/engine/opcodes.ts has the same numbers.
import { bernoulli, exponential, generatorBytes, normal, randint, randperm, raw64, seed, uniform } from "./random";
import { crossEntropy, crossEntropyBackward, softmax, softmaxBackward } from "./softmax";
import { extent, gatherRows, iota, nonzero, put, take } from "./index-ops";
import { F32 } from "./dtype";
import { allFinite } from "./finite";
import { fill } from "./convert";
import { gemm, gemmScratchFloats } from "./gemm";
import { gemm64 } from "./gemm64";
import { map, mapScratchBytes } from "./map";
import { reduce } from "./reduce";
import { scan } from "./scan";
import { optimize } from "./optim";

export { gemmScratchFloats, generatorBytes, mapScratchBytes };

/** The first address that the kernels' own constants do not use. */
export function heapBase(): usize {
  return __heap_base;
}

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Words: 2 dtype, 3 count, 4 address, 5 0, 6 value (double). */
function fillInstruction(pc: usize): void {
  fill(<usize>word(pc, 4), word(pc, 2), word(pc, 3), f64.load(pc + 24));
}

/** Words: 2 from, 3 to, 4 bytes. */
function copyInstruction(pc: usize): void {
  memory.copy(<usize>word(pc, 3), <usize>word(pc, 2), word(pc, 4));
}

/**
 * Words: 2 dtype, 3 m, 4 n, 5 k, 6 A, 7 row stride, 8 column stride, 9 B, 10 row stride, 11 column stride, 12 C, 13 row stride,
 *   14 bias, 15 activation, 16 alpha, 18 beta (doubles), 20 scratch, 21 batch, 22 batch strides of A, B, C.
 */
function gemmInstruction(pc: usize): void {
  const batch = word(pc, 21);
  const shift: i32 = word(pc, 2) == F32 ? 2 : 3;
  for (let i = 0; i < batch; ++i) {
    const a = <usize>(word(pc, 6) + (i * word(pc, 22) << shift));
    const b = <usize>(word(pc, 9) + (i * word(pc, 23) << shift));
    const c = <usize>(word(pc, 12) + (i * word(pc, 24) << shift));
    if (shift == 2) {
      gemm(word(pc, 3), word(pc, 4), word(pc, 5), a, word(pc, 7), word(pc, 8), b, word(pc, 10), word(pc, 11), c, word(pc, 13),
        <f32>f64.load(pc + 64), <f32>f64.load(pc + 72), <usize>word(pc, 14), word(pc, 15), <usize>word(pc, 20));
    } else {
      gemm64(word(pc, 3), word(pc, 4), word(pc, 5), a, word(pc, 7), word(pc, 8), b, word(pc, 10), word(pc, 11), c, word(pc, 13),
        f64.load(pc + 64), f64.load(pc + 72), <usize>word(pc, 14), word(pc, 15), <usize>word(pc, 20));
    }
  }
}

/** Runs `count` instructions from `pc` on. */
export function execute(pc: usize, count: i32): void {
  for (; count > 0; --count) {
    switch (word(pc, 0)) {
      case 1: fillInstruction(pc); break;
      case 2: copyInstruction(pc); break;
      case 3: map(pc); break;
      case 4: reduce(pc); break;
      case 5: gemmInstruction(pc); break;
      case 6: softmax(pc); break;
      case 7: softmaxBackward(pc); break;
      case 8: crossEntropy(pc); break;
      case 9: crossEntropyBackward(pc); break;
      case 10: gatherRows(pc); break;
      case 11: take(pc); break;
      case 12: put(pc); break;
      case 13: nonzero(pc); break;
      case 14: iota(pc); break;
      case 15: extent(pc); break;
      case 16: seed(pc); break;
      case 17: raw64(pc); break;
      case 18: uniform(pc); break;
      case 19: normal(pc); break;
      case 20: randperm(pc); break;
      case 21: randint(pc); break;
      case 22: bernoulli(pc); break;
      case 23: exponential(pc); break;
      case 24: optimize(pc); break;
      case 40: scan(pc); break;
      case 60: allFinite(pc); break;
      default: unreachable();
    }
    pc += <usize>word(pc, 1) << 2;
  }
}
