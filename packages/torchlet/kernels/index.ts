// The engine's one entry: runs a stream of instructions.
//
// An instruction is a row of 32-bit words: opcode, size in words, operands. Doubles stand at even words.
// src/engine/opcodes.ts has the same numbers.
import { bernoulli, exponential, generatorBytes, normal, randint, randperm, raw64, seed, uniform } from "./random";
import { countCorrect, crossEntropy, crossEntropyBackward, labelRange } from "./cross-entropy";
import { batchNorm, batchNormBackward } from "./batch-norm";
import { applyMask, dropout } from "./dropout";
import { rowNorm, rowNormBackward } from "./normalization";
import { softmax, softmaxBackward } from "./softmax";
import { extent, gatherRows, iota, nonzero, put, take } from "./index-ops";
import { F32 } from "./dtype";
import { allFinite } from "./finite";
import { fill } from "./convert";
import { gemm, gemmScratchFloats } from "./gemm";
import { abortPlan, barrier, joinShares, serveShares, setShare, shareCount, shareEnd, shareIndex, shareStart, startShares } from "./parallel";
import { blasProduct, mask32, mask64 } from "./blas";
import { map, mapScratchBytes } from "./map";
import { reduce } from "./reduce";
import { scan } from "./scan";
import { mode, repeatIndex, searchSorted, sort } from "./sort";
import { cholesky, eigh, luFactor, qr, svd, triangularSolve } from "./linalg";
import { multinomial } from "./multinomial";
import { squareSum } from "./norm";
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
 *   14 bias, 15 activation, 16 alpha, 18 beta (doubles), 20 scratch, 21 batch, 22 batch strides of A, B, C,
 *   25 slices that go to the machine's BLAS (0: none do), 26 the output of a ReLU that masks the result (0: none).
 */
function gemmInstruction(pc: usize): void {
  if (word(pc, 25)) {
    blasProduct(pc);
    return;
  }
  const batch = word(pc, 21), shift: i32 = word(pc, 2) == F32 ? 2 : 3, threads = shareCount();
  let m = word(pc, 3), n = word(pc, 4), row = 0, column = 0, first = 0, last = batch;
  // Whole products where there are enough, else columns in panels of 8 (each thread packs its own), else rows in tiles of 4.
  // A share is never a single column or row: that would be another kernel with other rounding.
  if (batch >= threads) {
    first = shareStart(batch, 1);
    last = shareEnd(batch, 1);
  } else if (n >= 16 * threads) {
    column = shareStart(n, 8);
    n = shareEnd(n, 8) - column;
  } else {
    row = shareStart(m - 1, 4);
    m = (shareIndex() == threads - 1 ? m : shareEnd(m - 1, 4)) - row;
  }
  if (m == 0 || n == 0) return;
  const scratch = <usize>(word(pc, 20) + shareIndex() * gemmScratchFloats() * 4);
  const bias = word(pc, 14) ? <usize>(word(pc, 14) + (column << shift)) : 0;
  for (let i = first; i < last; ++i) {
    const a = <usize>(word(pc, 6) + (i * word(pc, 22) + row * word(pc, 7) << shift));
    const b = <usize>(word(pc, 9) + (i * word(pc, 23) + column * word(pc, 11) << shift));
    const c = <usize>(word(pc, 12) + (i * word(pc, 24) + row * word(pc, 13) + column << shift));
    if (shift == 2) {
      gemm<f32>(m, n, word(pc, 5), a, word(pc, 7), word(pc, 8), b, word(pc, 10), word(pc, 11), c, word(pc, 13),
        <f32>f64.load(pc + 64), <f32>f64.load(pc + 72), bias, word(pc, 15), scratch);
    } else {
      gemm<f64>(m, n, word(pc, 5), a, word(pc, 7), word(pc, 8), b, word(pc, 10), word(pc, 11), c, word(pc, 13),
        f64.load(pc + 64), f64.load(pc + 72), bias, word(pc, 15), scratch);
    }
  }
  if (word(pc, 26)) {
    // One product only: its own part is still in the cache.
    const skipped = row * word(pc, 13) + column << shift;
    const c = <usize>(word(pc, 12) + skipped), mask = <usize>(word(pc, 26) + skipped);
    if (shift == 2) mask32(m, n, c, mask, word(pc, 13));
    else mask64(m, n, c, mask, word(pc, 13));
  }
}

/** Whether threads have shares of an instruction; the first thread alone runs all others. */
// @ts-ignore: decorator
@inline
function isShared(opcode: i32): bool {
  return (opcode >= 3 && opcode <= 10) || opcode == 24 || (opcode >= 80 && opcode <= 85);
}

/** Runs an instruction on this thread and `others` more; false: one of them failed. */
export function executeShared(control: usize, pc: usize, others: i32): bool {
  setShare(0, others + 1);
  startShares(control, pc, 1);
  run(pc, 1);
  return joinShares(control, others);
}

/** Runs `count` instructions from `pc` on, on this thread alone. */
export function execute(pc: usize, count: i32): void {
  setShare(0, 1);
  run(pc, count);
}

/**
 * Runs the `count` instructions of a plan on this thread and `others` more; false: one of them failed.
 *
 * A word that opens an instruction of a plan has, above the opcode, whether threads share it and whether all of them wait
 * for each other before it (src/engine/plan/schedule.ts).
 */
export function executePlan(control: usize, pc: usize, count: i32, others: i32): bool {
  setShare(0, others + 1);
  if (others == 0) {
    runPlan(pc, count);
    return true;
  }
  startShares(control, pc, -count);
  runPlan(pc, count);
  return joinShares(control, others);
}

const SHARED: i32 = 1 << 16;
const BARRIER: i32 = 1 << 17;
const OPCODE: i32 = 0xffff;

/** Runs this thread's part of a plan. */
function runPlan(pc: usize, count: i32): void {
  const index = shareIndex(), threads = shareCount();
  for (; count > 0; --count) {
    const head = word(pc, 0);
    if ((head & BARRIER) && !barrier()) break;
    if (head & SHARED) {
      step(head & OPCODE, pc);
    } else if (index == 0) {
      setShare(0, 1);
      step(head & OPCODE, pc);
      setShare(0, threads);
    }
    pc += <usize>word(pc, 1) << 2;
  }
}

/** Waits for the other threads after this one was interrupted by an error. */
export function join(control: usize, others: i32): bool {
  abortPlan(control);
  return joinShares(control, others);
}

/** What a worker does until it is told to quit. */
export function serve(control: usize, index: i32, count: i32): void {
  serveShares(control, index, count, runShares);
}

/** A plan where the count is negative, else instructions. */
function runShares(pc: usize, count: i32): void {
  if (count < 0) runPlan(pc, -count);
  else run(pc, count);
}

/** Runs this thread's shares of `count` instructions from `pc` on. */
function run(pc: usize, count: i32): void {
  for (; count > 0; --count) {
    if (shareIndex() != 0 && !isShared(word(pc, 0))) {
      pc += <usize>word(pc, 1) << 2;
      continue;
    }
    step(word(pc, 0), pc);
    pc += <usize>word(pc, 1) << 2;
  }
}

/** One instruction. */
function step(opcode: i32, pc: usize): void {
  switch (opcode) {
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
    case 25: multinomial(pc); break;
    case 26: squareSum(pc); break;
    case 40: scan(pc); break;
    case 50: sort(pc); break;
    case 51: searchSorted(pc); break;
    case 52: mode(pc); break;
    case 53: repeatIndex(pc); break;
    case 54: luFactor(pc); break;
    case 55: triangularSolve(pc); break;
    case 56: cholesky(pc); break;
    case 57: qr(pc); break;
    case 58: eigh(pc); break;
    case 59: svd(pc); break;
    case 60: allFinite(pc); break;
    case 80: rowNorm(pc); break;
    case 81: rowNormBackward(pc); break;
    case 82: batchNorm(pc); break;
    case 83: batchNormBackward(pc); break;
    case 84: applyMask(pc); break;
    case 85: countCorrect(pc); break;
    case 86: labelRange(pc); break;
    case 87: dropout(pc); break;
    default: unreachable();
  }
}
