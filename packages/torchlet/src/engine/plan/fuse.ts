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

/** What the kernel has room for. */
const MOST_INPUTS = 15;
const MOST_REGISTERS = 40;

/** Who needs a storage when the step is over. */
type Survives = (storage: Storage) => boolean;

function touches(instruction: Captured, storage: Storage): boolean {
  return instruction.operands.some((o) => o.storage.address === storage.address);
}

function writesTo(instruction: Captured, storage: Storage): boolean {
  return instruction.operands.some((o) => o.writes && o.storage.address === storage.address);
}

/** Whether a storage's content is read after position i, or when the step is over. */
function isRead(list: readonly Captured[], i: number, storage: Storage, survives: Survives): boolean {
  if (survives(storage)) return true;
  for (let j = i; j < list.length; j++) {
    if (list[j]!.operands.some((o) => o.reads && o.storage === storage)) return true;
  }
  return false;
}

/** The value of this type that a storage was filled with when instruction i runs; null where it was not. */
function filledWith(list: readonly Captured[], i: number, storage: Storage, dtype: number): number | null {
  for (let j = i - 1; j >= 0; j--) {
    const { words } = list[j]!;
    if (!writesTo(list[j]!, storage)) continue;
    const whole =
      words[0] === Op.fill &&
      words[2] === dtype &&
      words[4] === storage.address &&
      words[3]! * itemSize(dtype) >= storage.bytes;
    return whole ? new Float64Array(words.slice(6, 8).buffer)[0]! : null;
  }
  return null;
}

function itemSize(dtype: number): number {
  return dtype === 1 ? 8 : dtype >= 3 ? 1 : 4;
}

/** Replaces operands that hold one known value by constants. */
function foldFills(list: Captured[]): void {
  for (let i = 0; i < list.length; i++) {
    const program = readProgram(list[i]!);
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
    if (folded) list[i] = writeProgram({ ...program, inputs }, list[i]!.work);
  }
}

/** Whether one instruction may run at another place: nothing between there and here disagrees. */
function canMove(instruction: Captured, between: readonly Captured[]): boolean {
  return instruction.operands.every(({ storage, writes }) =>
    between.every((other) => (writes ? !touches(other, storage) : !writesTo(other, storage))),
  );
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

/** Joins programs with those that read what they write. */
function joinPrograms(list: Captured[], survives: Survives): void {
  for (let i = 0; i < list.length; i++) {
    const first = readProgram(list[i]!);
    if (first === null) continue;
    for (let j = i + 1; j < list.length; j++) {
      const reads = list[j]!.operands.some(
        (o) => o.reads && first.outputs.some(({ storage }) => storage === o.storage),
      );
      if (!reads) {
        if (first.outputs.some(({ storage }) => touches(list[j]!, storage))) break;
        continue;
      }
      const second = readProgram(list[j]!);
      if (second === null) break;
      const between = list.slice(i + 1, j);
      const down = canMove(list[i]!, between);
      if (!down && !canMove(list[j]!, between)) break;
      // What the second one overwrites as a whole need not be written by the first.
      const bytes = sizeOf(second.dims) * itemSize(second.type);
      const overwrites = ({ storage, contiguous, dtype }: Program["outputs"][number], other: Storage) =>
        storage === other && contiguous && dtype === second.type && bytes === storage.bytes;
      const keep = (storage: Storage) =>
        !second.outputs.some((o) => overwrites(o, storage)) && isRead(list, j + 1, storage, survives);
      const joined = join(first, second, keep);
      if (joined === null) break;
      const instruction = writeProgram(joined, list[i]!.work + list[j]!.work);
      list[down ? j : i] = instruction;
      list.splice(down ? i : j, 1);
      i--;
      break;
    }
  }
}

/** Words of a matrix product (kernels/index.ts). */
const Gemm = { dtype: 2, m: 3, n: 4, c: 12, ldc: 13, activation: 15, beta: 18, batch: 21, mask: 26 } as const;

/** Masks the result of a product by a ReLU's output on the spot. */
function maskProducts(list: Captured[], survives: Survives): void {
  for (let j = 1; j < list.length; j++) {
    const program = readProgram(list[j]!);
    const step = program?.steps[0];
    if (program === null || program.steps.length !== 1 || step!.fn !== Fn.reluGrad || program.outputs.length !== 1)
      continue;
    const [gradient, output, out] = [program.inputs[step!.a]!, program.inputs[step!.b]!, program.outputs[0]!];
    const whole = [gradient, output].every((x) => x.layout === Layout.contiguous && x.dtype === program.type);
    if (program.inputs.length !== 2 || !whole || !out.contiguous || out.dtype !== program.type) continue;
    let i = j - 1;
    while (i >= 0 && !writesTo(list[i]!, gradient.storage!)) i--;
    const product = list[i];
    if (product === undefined || product.words[0] !== Op.gemm) continue;
    const { words } = product;
    const fits =
      words[Gemm.dtype] === program.type &&
      words[Gemm.c] === gradient.address &&
      words[Gemm.ldc] === words[Gemm.n] &&
      words[Gemm.m]! * words[Gemm.n]! === sizeOf(program.dims) &&
      words[Gemm.activation] === 0 &&
      words[Gemm.mask] === 0 &&
      words[Gemm.batch] === 1 &&
      words[Gemm.beta] === 0 &&
      words[Gemm.beta + 1] === 0;
    if (!fits || isRead(list, j + 1, gradient.storage!, survives)) continue;
    const between = list.slice(i + 1, j);
    if (between.some((other) => touches(other, gradient.storage!)) || !canMove(product, between)) continue;
    const operands = product.operands.filter((o) => o.word !== Gemm.c);
    if ([...operands, output].some((o) => o.storage!.address === out.storage.address)) continue;
    const masked = words.slice();
    masked[Gemm.c] = out.address;
    masked[Gemm.mask] = output.address;
    const added: CapturedOperand[] = [
      { word: Gemm.c, reads: false, writes: true, storage: out.storage },
      { word: Gemm.mask, reads: true, writes: false, storage: output.storage! },
    ];
    list[j] = { words: masked, work: product.work + list[j]!.work, operands: [...operands, ...added] };
    list.splice(i, 1);
    j--;
  }
}

/** Leaves out what writes only what nobody reads. */
function dropUnread(list: Captured[], survives: Survives, pinned: ReadonlySet<Captured>): void {
  for (let i = list.length - 1; i >= 0; i--) {
    if (pinned.has(list[i]!)) continue;
    const written = list[i]!.operands.filter((o) => o.writes);
    if (written.length === 0 || written.some((o) => isRead(list, i + 1, o.storage, survives))) continue;
    list.splice(i, 1);
  }
}

/**
 * A shorter list of instructions that leaves the same behind.
 *
 * @param survives whether a storage's content matters when the step is over
 * @param pinned instructions that stay as they are
 */
export function fuse(captured: readonly Captured[], survives: Survives, pinned: ReadonlySet<Captured>): Captured[] {
  const list = [...captured];
  foldFills(list);
  joinPrograms(list, survives);
  maskProducts(list, survives);
  dropUnread(list, survives, pinned);
  for (const instruction of pinned) {
    if (!list.includes(instruction)) throw new Error("an instruction that a replay rewrites is gone");
  }
  return list;
}
