// An elementwise instruction taken apart, so that two can be made into one (words: kernels/map.ts).
import { Op } from "../opcodes.js";
import type { Storage } from "../storage.js";
import { mapLayout } from "./operands.js";
import type { Captured, CapturedOperand } from "./recorder.js";

/** Layouts of operands: any strides, contiguous, one element everywhere. */
export const Layout = { strided: 0, contiguous: 1, single: 2 } as const;

export interface ProgramInput {
  /** 0: a constant. */
  readonly address: number;
  readonly storage: Storage | null;
  readonly dtype: number;
  readonly layout: number;
  readonly value: number;
  readonly strides: readonly number[];
}

export interface ProgramStep {
  readonly fn: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface ProgramOutput {
  readonly address: number;
  readonly storage: Storage;
  readonly dtype: number;
  readonly contiguous: boolean;
  readonly register: number;
  readonly strides: readonly number[];
}

/** Inputs are the first registers, steps those after them. */
export interface Program {
  readonly type: number;
  readonly scratch: number;
  readonly dims: readonly number[];
  readonly inputs: readonly ProgramInput[];
  readonly steps: readonly ProgramStep[];
  readonly outputs: readonly ProgramOutput[];
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((n, size) => n * size, 1);
}

const doubles = new Float64Array(1);
const halves = new Int32Array(doubles.buffer);

/** The program of a captured instruction; null where it is something else. */
export function readProgram({ words, operands }: Captured): Program | null {
  if (words[0] !== Op.map) return null;
  const { ndim, inputs, steps, firstInput, inputWords, firstStep, firstOutput } = mapLayout(words);
  const storageAt = new Map(operands.map(({ word, storage }) => [word, storage]));
  const stridesAt = (at: number) => Array.from(words.subarray(at, at + ndim));
  const outputWords = inputWords - 2;
  return {
    type: words[6]!,
    scratch: words[7]!,
    dims: Array.from(words.subarray(8, 8 + ndim)),
    inputs: Array.from({ length: inputs }, (_, i) => {
      const at = firstInput + i * inputWords;
      halves.set(words.subarray(at + 4, at + 6));
      return {
        address: words[at]! >>> 0,
        storage: storageAt.get(at) ?? null,
        dtype: words[at + 1]!,
        layout: words[at + 2]!,
        value: doubles[0]!,
        strides: stridesAt(at + 6),
      };
    }),
    steps: Array.from({ length: steps }, (_, i) => {
      const at = firstStep + i * 6;
      return { fn: words[at]!, a: words[at + 2]!, b: words[at + 3]!, c: words[at + 4]! };
    }),
    outputs: Array.from({ length: words[5]! }, (_, i) => {
      const at = firstOutput + i * outputWords;
      return {
        address: words[at]! >>> 0,
        storage: storageAt.get(at)!,
        dtype: words[at + 1]!,
        contiguous: words[at + 2] === 1,
        register: words[at + 3]!,
        strides: stridesAt(at + 4),
      };
    }),
  };
}

/** The instruction of a program. */
export function writeProgram(program: Program, work: number): Captured {
  const { type, scratch, dims, inputs, steps, outputs } = program;
  const padded = (dims.length + 1) & ~1;
  const size = 8 + padded + inputs.length * (6 + padded) + steps.length * 6 + outputs.length * (4 + padded);
  const words = new Int32Array(size);
  const operands: CapturedOperand[] = [];
  words.set([Op.map, size, dims.length, inputs.length, steps.length, outputs.length, type, scratch, ...dims]);
  let at = 8 + padded;
  for (const { address, storage, dtype, layout, value, strides } of inputs) {
    doubles[0] = value;
    words.set([address, dtype, layout, 0, halves[0]!, halves[1]!, ...strides], at);
    if (storage !== null) operands.push({ word: at, reads: true, writes: false, storage });
    at += 6 + padded;
  }
  steps.forEach(({ fn, a, b, c }, i) => {
    words.set([fn, inputs.length + i, a, b, c], at);
    at += 6;
  });
  for (const { address, storage, dtype, contiguous, register, strides } of outputs) {
    words.set([address, dtype, contiguous ? 1 : 0, register, ...strides], at);
    operands.push({ word: at, reads: false, writes: true, storage });
    at += 4 + padded;
  }
  return { words, work, operands };
}

/** Row-major strides. */
function rowMajor(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let d = dims.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= dims[d]!;
  }
  return strides;
}

/**
 * The same program over other dimensions of as many elements; null where an operand has strides of its own. A program over
 * one element can be repeated over any dimensions: what it computes is the same everywhere.
 */
export function overDimensions(program: Program, dims: readonly number[]): Program | null {
  if (program.dims.length === dims.length && program.dims.every((size, d) => size === dims[d])) return program;
  const total = sizeOf(program.dims);
  const repeats = total === 1 && program.outputs.length === 0;
  if (!repeats && total !== sizeOf(dims)) return null;
  const zeros = dims.map(() => 0);
  const strides = rowMajor(dims);
  const inputs: ProgramInput[] = [];
  for (const input of program.inputs) {
    if (input.address === 0) inputs.push({ ...input, strides: zeros });
    else if (input.layout === Layout.single || repeats)
      inputs.push({ ...input, layout: Layout.single, strides: zeros });
    else if (input.layout === Layout.contiguous) inputs.push({ ...input, strides });
    else return null;
  }
  const outputs: ProgramOutput[] = [];
  for (const output of program.outputs) {
    if (!output.contiguous) return null;
    outputs.push({ ...output, strides });
  }
  return { ...program, dims, inputs, outputs };
}
