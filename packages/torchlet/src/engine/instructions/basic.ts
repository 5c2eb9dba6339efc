// Writes instructions of plain operands: filling, copying, drawing, looking.
import { execute, f64, i32, instruction, mailbox } from "../machine.js";
import { Op } from "../opcodes.js";
import { recording, refuseCapture, unrecorded } from "../recording.js";

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

/** The sum of the squares of many tensors, a double at `out`; three integers each: address, count, type. */
export function squareSum(out: number, tensors: readonly number[]): void {
  const p = instruction >> 2;
  const count = tensors.length / 3;
  i32[p] = Op.squareSum;
  i32[p + 1] = 4 + count * 4;
  i32[p + 2] = count;
  i32[p + 3] = out;
  for (let q = 0; q < count; q++) for (let i = 0; i < 3; i++) i32[p + 4 + q * 4 + i] = tensors[q * 3 + i]!;
  execute();
}

/** The smallest and the largest of `count` int32 values. */
export function extent(count: number, address: number): [number, number] {
  refuseCapture(
    "a range of values is looked up in the middle of the step",
    "在步骤中途查询了数值范围",
    "say it by an option of the operation (a number of classes, a minimum length), or look before the call",
    "请通过该操作的选项（类别数、最小长度等）指定，或在调用之前查询",
  );
  unrecorded(() => plain(Op.extent, [count, address, mailbox]));
  return [i32[mailbox >> 2]!, i32[(mailbox >> 2) + 1]!];
}

/**
 * Whether `count` int32 values lie in [low, high]. A captured step is checked before it runs.
 */
export function withinRange(count: number, address: number, low: number, high: number): boolean {
  return checked(address, (at) => {
    plain(Op.extent, [count, at, mailbox]);
    return i32[mailbox >> 2]! >= low && i32[(mailbox >> 2) + 1]! <= high;
  });
}

/** Whether labels (int32, uint8 or bool) are classes, 0 to classes - 1, or the one that is ignored. A captured step is checked before it runs. */
export function labelsFit(count: number, address: number, dtype: number, classes: number, ignored: number): boolean {
  return checked(address, (at) => {
    plain(Op.labelRange, [at, dtype, count, classes, ignored, mailbox]);
    return i32[mailbox >> 2] === 1;
  });
}

/** The result of a check, which replays of a captured step make first. */
function checked(address: number, check: (address: number) => boolean): boolean {
  if (recording === null) return check(address);
  recording.guard(address, check);
  return unrecorded(() => check(address));
}

/** Whether none of `count` floating-point elements is NaN or infinite. */
export function allFinite(dtype: number, count: number, address: number): boolean {
  unrecorded(() => plain(Op.allFinite, [dtype, count, address, mailbox]));
  return i32[mailbox >> 2]! !== 0;
}

/** How many of `count` elements are not 0; their positions go to `out` unless that is 0. */
export function nonzero(dtype: number, count: number, address: number, out: number): number {
  refuseCapture(
    "a number of elements depends on values",
    "元素个数取决于数值",
    "choose by torch.where, which keeps the shape, or do this part outside the step",
    "请用保持形状的 torch.where 选择，或在步骤之外完成这一部分",
  );
  plain(Op.nonzero, [dtype, count, address, out, mailbox]);
  return i32[mailbox >> 2]!;
}

/** 63 random bits of a generator, as PyTorch draws an int64 seed; only the low 32 are needed to seed another. */
export function drawSeed(generator: number): number {
  refuseCapture(
    "a seed is drawn in the middle of the step",
    "在步骤中途抽取了随机种子",
    "draw it before the call",
    "请在调用之前抽取",
  );
  plain(Op.raw64, [generator, mailbox]);
  return i32[mailbox >> 2]! >>> 0;
}
