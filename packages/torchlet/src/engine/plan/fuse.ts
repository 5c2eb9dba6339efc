// Makes fewer instructions of a captured step: the same numbers, bit for bit, with fewer passes over memory.
//
//   - what is filled with one value is a constant of the programs that read it;
//   - an elementwise program that reads what another has just written becomes a part of it: values stay in the cache, and
//     what nobody else reads is never written;
//   - a gradient that is masked by a ReLU's output is masked while the product that makes it is still in the cache;
//   - what nobody reads is not computed.
//
// Rounding does not change: a value that was stored and loaded again is the value in the register, of the same type.
import { Fn, Op } from "../opcodes.js";
import type { Storage } from "../storage.js";
import {
  Layout,
  overDimensions,
  type Program,
  type ProgramInput,
  readProgram,
  sizeOf,
  writeProgram,
} from "./program.js";
import type { Captured, CapturedOperand } from "./recorder.js";
import { Timeline, touches } from "./timeline.js";

/** What the kernel has room for. */
const MOST_INPUTS = 15;
const MOST_REGISTERS = 40;

/** The value of this type that a storage was filled with when instruction i runs; null where it was not. */
function filledWith(list: Timeline, i: number, storage: Storage, dtype: number): number | null {
  const j = list.lastWriter(storage, i);
  if (j < 0) return null;
  const { words } = list.at(j)!;
  const whole =
    words[0] === Op.fill &&
    words[2] === dtype &&
    words[4]! >>> 0 === storage.address &&
    words[3]! * itemSize(dtype) >= storage.bytes;
  return whole ? new Float64Array(words.slice(6, 8).buffer)[0]! : null;
}

function itemSize(dtype: number): number {
  return dtype === 1 ? 8 : dtype >= 3 ? 1 : 4;
}

/** Replaces operands that hold one known value by constants. */
function foldFills(list: Timeline): void {
  for (let i = 0; i < list.length; i++) {
    const program = readProgram(list.at(i)!);
    if (program === null) continue;
    let folded = false;
    const inputs = program.inputs.map((input): ProgramInput => {
      if (input.storage === null || input.dtype !== program.type) return input;
      const value = filledWith(list, i, input.storage, input.dtype);
      if (value === null) return input;
      folded = true;
      const strides = input.strides.map(() => 0);
      return { address: 0, storage: null, dtype: input.dtype, layout: Layout.single, value, strides };
    });
    if (folded) list.replace(i, writeProgram({ ...program, inputs }, list.at(i)!.work));
  }
}

/** Whether blocks of results may be written while later blocks of operands have not been read. */
function aliasesWell({ inputs, outputs, type }: Program): boolean {
  return outputs.every((out, o) => {
    if (outputs.some((other, p) => p !== o && other.storage.address === out.storage.address)) return false;
    return inputs.every(
      ({ storage, address, layout, dtype }) =>
        storage === null ||
        storage.address !== out.storage.address ||
        (address === out.address &&
          layout === Layout.contiguous &&
          out.contiguous &&
          dtype === out.dtype &&
          dtype === type),
    );
  });
}

/** One program that does what `first` and then `second` do; null where they do not go together. */
function join(first: Program, second: Program, keep: (storage: Storage) => boolean): Program | null {
  if (first.type !== second.type || first.outputs.length === 0) return null;
  const single = sizeOf(first.dims) === 1 && sizeOf(second.dims) > 1;
  const kept = first.outputs.filter(({ storage }) => keep(storage));
  if (single && kept.length > 0) return null;
  const links = second.inputs.map((input) =>
    input.address === 0
      ? undefined
      : first.outputs.find((o) => o.address === input.address && o.storage === input.storage),
  );
  if (!links.some((link) => link !== undefined)) return null;
  for (let i = 0; i < links.length; i++) {
    const link = links[i];
    const input = second.inputs[i]!;
    if (link === undefined) {
      // Another view of what the first one writes would be read too early.
      if (input.storage !== null && first.outputs.some((o) => o.storage.address === input.storage!.address))
        return null;
      continue;
    }
    if (link.dtype !== first.type || input.dtype !== first.type || !link.contiguous) return null;
    // One element is read everywhere; more elements from the same address on are others than those just written.
    if (input.layout !== (single ? Layout.single : Layout.contiguous)) return null;
  }
  let a: Program | null = { ...first, outputs: single ? [] : first.outputs };
  let b: Program | null = second;
  const over = single ? second.dims : first.dims.length >= second.dims.length ? first.dims : second.dims;
  a = overDimensions(a, over);
  b = overDimensions(b, over);
  if (a === null || b === null) return null;

  const inputs = [...a.inputs];
  const places: number[] = [];
  b.inputs.forEach((input, i) => {
    if (links[i] !== undefined) return;
    const same = inputs.findIndex((x) => sameInput(x, input));
    places[i] = same >= 0 ? same : inputs.push(input) - 1;
  });
  const count = inputs.length;
  if (count > MOST_INPUTS || count + a.steps.length + b.steps.length > MOST_REGISTERS) return null;
  const inFirst = (r: number) => (r < first.inputs.length ? r : r - first.inputs.length + count);
  const inSecond = (r: number) => {
    if (r >= second.inputs.length) return r - second.inputs.length + count + first.steps.length;
    const link = links[r];
    return link === undefined ? places[r]! : inFirst(link.register);
  };
  const renumber = (steps: Program["steps"], place: (r: number) => number) =>
    steps.map(({ fn, a: x, b: y, c: z }) => ({ fn, a: place(x), b: place(y), c: place(z) }));
  const joined: Program = {
    ...a,
    inputs,
    steps: [...renumber(a.steps, inFirst), ...renumber(b.steps, inSecond)],
    outputs: [
      ...a.outputs.filter(({ storage }) => keep(storage)).map((o) => ({ ...o, register: inFirst(o.register) })),
      ...b.outputs.map((o) => ({ ...o, register: inSecond(o.register) })),
    ],
  };
  return aliasesWell(joined) ? joined : null;
}

function sameInput(a: ProgramInput, b: ProgramInput): boolean {
  return (
    a.address === b.address &&
    a.dtype === b.dtype &&
    a.layout === b.layout &&
    (a.address !== 0 || Object.is(a.value, b.value)) &&
    a.strides.every((s, d) => s === b.strides[d])
  );
}

/** The first instruction after i that reads what a program writes; -1 where something else happens to that memory before. */
function firstReader(list: Timeline, i: number, { outputs }: Program): number {
  let first = list.length;
  for (const { storage } of outputs) {
    const j = list.find(storage, i + 1, first, (x) => touches(x, storage));
    if (j >= 0) first = j;
  }
  if (first === list.length) return -1;
  const { operands } = list.at(first)!;
  return operands.some((o) => o.reads && outputs.some(({ storage }) => storage === o.storage)) ? first : -1;
}

/** Joins programs with those that read what they write. */
function joinPrograms(list: Timeline): void {
  for (let i = 0; i < list.length; i++) {
    const instruction = list.at(i);
    const first = instruction === null ? null : readProgram(instruction);
    if (first === null) continue;
    const j = firstReader(list, i, first);
    const second = j < 0 ? null : readProgram(list.at(j)!);
    if (second === null) continue;
    const down = list.canMove(instruction!, i + 1, j);
    if (!down && !list.canMove(list.at(j)!, i + 1, j)) continue;
    // What the second one overwrites as a whole need not be written by the first.
    const bytes = sizeOf(second.dims) * itemSize(second.type);
    const overwrites = ({ storage, contiguous, dtype }: Program["outputs"][number], other: Storage) =>
      storage === other && contiguous && dtype === second.type && bytes === storage.bytes;
    const keep = (storage: Storage) =>
      !second.outputs.some((o) => overwrites(o, storage)) && list.isRead(j + 1, storage);
    const joined = join(first, second, keep);
    if (joined === null) continue;
    const made = writeProgram(joined, instruction!.work + list.at(j)!.work);
    list.remove(down ? i : j);
    list.replace(down ? j : i, made);
    // What has moved up may have another reader.
    if (!down) i--;
  }
}

/** Words of a matrix product (kernels/index.ts). */
const Gemm = { dtype: 2, m: 3, n: 4, c: 12, ldc: 13, activation: 15, beta: 18, batch: 21, mask: 26 } as const;

/** Masks the result of a product by a ReLU's output on the spot. */
function maskProducts(list: Timeline): void {
  for (let j = 1; j < list.length; j++) {
    const instruction = list.at(j);
    const program = instruction === null ? null : readProgram(instruction);
    const step = program?.steps[0];
    if (program === null || program.steps.length !== 1 || step!.fn !== Fn.reluGrad || program.outputs.length !== 1)
      continue;
    const [gradient, output, out] = [program.inputs[step!.a]!, program.inputs[step!.b]!, program.outputs[0]!];
    const whole = [gradient, output].every((x) => x.layout === Layout.contiguous && x.dtype === program.type);
    if (program.inputs.length !== 2 || !whole || !out.contiguous || out.dtype !== program.type) continue;
    const i = list.lastWriter(gradient.storage!, j);
    const product = i < 0 ? null : list.at(i);
    if (product === null || product.words[0] !== Op.gemm) continue;
    const { words } = product;
    const fits =
      words[Gemm.dtype] === program.type &&
      words[Gemm.c]! >>> 0 === gradient.address &&
      words[Gemm.ldc] === words[Gemm.n] &&
      words[Gemm.m]! * words[Gemm.n]! === sizeOf(program.dims) &&
      words[Gemm.activation] === 0 &&
      words[Gemm.mask] === 0 &&
      words[Gemm.batch] === 1 &&
      words[Gemm.beta] === 0 &&
      words[Gemm.beta + 1] === 0;
    if (!fits || list.isRead(j + 1, gradient.storage!)) continue;
    if (list.isTouched(gradient.storage!, i + 1, j) || !list.canMove(product, i + 1, j)) continue;
    const operands = product.operands.filter((o) => o.word !== Gemm.c);
    if ([...operands, output].some((o) => o.storage!.address === out.storage.address)) continue;
    const masked = words.slice();
    masked[Gemm.c] = out.address;
    masked[Gemm.mask] = output.address;
    const added: CapturedOperand[] = [
      { word: Gemm.c, reads: false, writes: true, storage: out.storage },
      { word: Gemm.mask, reads: true, writes: false, storage: output.storage! },
    ];
    list.replace(j, { words: masked, work: product.work + instruction!.work, operands: [...operands, ...added] });
    list.remove(i);
  }
}

/** Leaves out what writes only what nobody reads. */
function dropUnread(list: Timeline, pinned: ReadonlySet<Captured>): void {
  for (let i = list.length - 1; i >= 0; i--) {
    const instruction = list.at(i);
    if (instruction === null || pinned.has(instruction)) continue;
    const written = instruction.operands.filter((o) => o.writes);
    if (written.length > 0 && !written.some((o) => list.isRead(i + 1, o.storage))) list.remove(i);
  }
}

/**
 * A shorter list of instructions that leaves the same behind.
 *
 * @param survives whether a storage's content matters when the step is over
 * @param pinned instructions that stay as they are
 */
export function fuse(
  captured: readonly Captured[],
  survives: (storage: Storage) => boolean,
  pinned: ReadonlySet<Captured>,
): Captured[] {
  const list = new Timeline(captured, survives);
  foldFills(list);
  joinPrograms(list);
  maskProducts(list);
  dropUnread(list, pinned);
  return list.instructions();
}
