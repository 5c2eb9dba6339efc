// Which words of an instruction are addresses of operands, and what it does to them.
import { Op } from "../opcodes.js";

/** One operand: the word that holds its address, and what the instruction does to it. */
export interface Operand {
  readonly word: number;
  readonly reads: boolean;
  readonly writes: boolean;
}

const reads = (word: number): Operand => ({ word, reads: true, writes: false });
const writes = (word: number): Operand => ({ word, reads: false, writes: true });
const changes = (word: number): Operand => ({ word, reads: true, writes: true });

/** Instructions whose operands always stand at the same words. */
const FIXED: ReadonlyMap<number, readonly Operand[]> = new Map<number, readonly Operand[]>([
  [Op.fill, [writes(4)]],
  [Op.copy, [reads(2), writes(3)]],
  [Op.reduce, [writes(4), writes(5), reads(6)]],
  [Op.softmax, [reads(6), writes(7)]],
  [Op.softmaxBackward, [reads(6), reads(7), writes(8)]],
  [Op.crossEntropy, [reads(4), reads(5), writes(8), writes(9), writes(10)]],
  [Op.crossEntropyBackward, [reads(4), reads(5), reads(8), reads(9), writes(12)]],
  [Op.gatherRows, [reads(2), reads(5), writes(7)]],
  [Op.take, [reads(4), reads(5), writes(6)]],
  [Op.put, [changes(4), reads(5), reads(6)]],
  [Op.iota, [writes(4)]],
  [Op.seed, [writes(2)]],
  [Op.uniform, [changes(2), writes(5)]],
  [Op.normal, [changes(2), writes(5)]],
  [Op.randperm, [changes(2), writes(4)]],
  [Op.randint, [changes(2), writes(5)]],
  [Op.bernoulli, [changes(2), writes(5), reads(6)]],
  [Op.exponential, [changes(2), writes(5)]],
  [Op.scan, [reads(4), writes(5), writes(6)]],
  [Op.sort, [reads(5), writes(6), writes(7)]],
  [Op.searchSorted, [reads(5), reads(6), writes(7), reads(10)]],
  [Op.mode, [reads(5), reads(6), writes(7)]],
  [Op.rowNorm, [reads(5), writes(6), reads(7), reads(8), writes(9)]],
  [Op.rowNormBackward, [reads(5), reads(6), reads(7), reads(8), writes(9), writes(10), writes(11), writes(12)]],
  [Op.batchNorm, [reads(6), writes(7), reads(8), reads(9), changes(10), changes(11), writes(12), writes(14)]],
  [Op.batchNormBackward, [reads(6), reads(7), reads(8), reads(9), writes(10), writes(11), writes(12), writes(14)]],
  [Op.applyMask, [reads(4), reads(5), writes(6)]],
  [Op.countCorrect, [reads(5), reads(6), writes(8)]],
  [Op.dropout, [changes(2), reads(5), writes(6), writes(7)]],
]);

/** Words of an elementwise program (kernels/map.ts). */
export function mapLayout(words: Int32Array): {
  readonly ndim: number;
  readonly inputs: number;
  readonly steps: number;
  readonly firstInput: number;
  readonly inputWords: number;
  readonly firstStep: number;
  readonly firstOutput: number;
} {
  const [ndim, inputs, steps] = [words[2]!, words[3]!, words[4]!];
  const padded = (ndim + 1) & ~1;
  const firstInput = 8 + padded;
  const inputWords = 6 + padded;
  const firstStep = firstInput + inputs * inputWords;
  return { ndim, inputs, steps, firstInput, inputWords, firstStep, firstOutput: firstStep + steps * 6 };
}

function mapOperands(words: Int32Array): Operand[] {
  const { inputs, firstInput, inputWords, firstOutput } = mapLayout(words);
  const operands: Operand[] = [];
  for (let i = 0; i < inputs; i++) operands.push(reads(firstInput + i * inputWords));
  for (let o = 0; o < words[5]!; o++) operands.push(writes(firstOutput + o * (inputWords - 2)));
  return operands;
}

function gemmOperands(words: Int32Array): Operand[] {
  const beta = new Float64Array(words.slice(18, 20).buffer)[0]!;
  return [reads(6), reads(9), beta === 0 ? writes(12) : changes(12), reads(14), reads(26)];
}

/** Words of an optimizer step before its rows, and words a row (kernels/optim.ts). */
export const UPDATE_HEAD = 18;
export const UPDATE_ROW = 16;

function updateOperands(words: Int32Array): Operand[] {
  const operands: Operand[] = [];
  for (let row = 0; row < words[3]!; row++) {
    const at = UPDATE_HEAD + row * UPDATE_ROW;
    operands.push(changes(at), reads(at + 1), changes(at + 2), changes(at + 3), changes(at + 4));
  }
  return operands;
}

function squareSumOperands(words: Int32Array): Operand[] {
  return [writes(3), ...Array.from({ length: words[2]! }, (_, i) => reads(4 + i * 4))];
}

/** The operands of an instruction; null where a replay could not repeat it. Addresses may be 0: none. */
export function operandsOf(words: Int32Array): readonly Operand[] | null {
  switch (words[0]) {
    case Op.map:
      return mapOperands(words);
    case Op.gemm:
      return gemmOperands(words);
    case Op.squareSum:
      return squareSumOperands(words);
    case Op.optimize:
      return updateOperands(words);
    default:
      return FIXED.get(words[0]!) ?? null;
  }
}

/** Instructions that threads can share (kernels/index.ts). */
const SHARED: ReadonlySet<number> = new Set([
  Op.map,
  Op.reduce,
  Op.gemm,
  Op.softmax,
  Op.softmaxBackward,
  Op.crossEntropy,
  Op.crossEntropyBackward,
  Op.gatherRows,
  Op.optimize,
  Op.rowNorm,
  Op.rowNormBackward,
  Op.batchNorm,
  Op.batchNormBackward,
  Op.applyMask,
  Op.countCorrect,
]);

export function isShareable(op: number): boolean {
  return SHARED.has(op);
}
