// Chunks of engine memory: size classes for what is small, best fit with merging for what is large.
import { ensureMemory, startMachine } from "./machine.js";

/** Chunks up to this size come from size classes carved out of slabs. */
const LARGE = 128 * 1024;
const SLAB = 1024 * 1024;
/**
 * Added to every large chunk: neighbours then never start at the same address modulo 4 KiB, which halves the speed
 * of kernels that stream from one into the other (measured on x86-64: 42 against 18 GFLOP/s).
 */
const STAGGER = 576;

/** Free chunks of each class; a class is a size in multiples of 64 bytes, eight steps a doubling. */
const free: number[][] = [];
/** Free large chunks by address. */
const holes: { address: number; bytes: number }[] = [];
let top = 0;
let liveBytes = 0;

/** The class of a size, and the size of a class: exact multiples of 64 up to 512, then eight steps a doubling. */
function classOf(bytes: number): number {
  const lines = (bytes + 63) >> 6;
  if (lines <= 8) return Math.max(lines, 1);
  const shift = 28 - Math.clz32(lines - 1);
  return (shift << 3) + ((lines - 1) >> shift) + 1;
}
function classBytes(index: number): number {
  if (index <= 8) return index << 6;
  const step = index - 9;
  return ((step & 7) + 9) << ((step >> 3) + 6);
}

/** The bytes that a chunk of this size really takes. */
export function chunkBytes(bytes: number): number {
  // Not by bits: large chunks may exceed 2^31 bytes.
  return bytes > LARGE ? Math.ceil(bytes / 64) * 64 + STAGGER : classBytes(classOf(bytes));
}

function allocateLarge(bytes: number): number {
  let best = -1;
  for (let i = 0; i < holes.length; i++) {
    if (holes[i]!.bytes >= bytes && (best < 0 || holes[i]!.bytes < holes[best]!.bytes)) best = i;
  }
  if (best >= 0) {
    const hole = holes[best]!;
    const { address } = hole;
    hole.address += bytes;
    hole.bytes -= bytes;
    if (hole.bytes === 0) holes.splice(best, 1);
    return address;
  }
  if (top === 0) top = startMachine();
  // A hole that touches the end is extended instead of left behind.
  const last = holes[holes.length - 1];
  const address = last !== undefined && last.address + last.bytes === top ? last.address : top;
  ensureMemory(address + bytes);
  if (address !== top) holes.pop();
  top = address + bytes;
  return address;
}

function freeLarge(address: number, bytes: number): void {
  let i = holes.length;
  while (i > 0 && holes[i - 1]!.address > address) i--;
  const before = holes[i - 1];
  const after = holes[i];
  const joinsBefore = before !== undefined && before.address + before.bytes === address;
  const joinsAfter = after !== undefined && address + bytes === after.address;
  if (joinsBefore && joinsAfter) {
    before.bytes += bytes + after.bytes;
    holes.splice(i, 1);
  } else if (joinsBefore) {
    before.bytes += bytes;
  } else if (joinsAfter) {
    after.address = address;
    after.bytes += bytes;
  } else {
    holes.splice(i, 0, { address, bytes });
  }
}

/** A chunk of at least this many bytes, aligned to 64; its content is whatever was there. */
export function allocateChunk(bytes: number): number {
  const size = chunkBytes(bytes);
  if (bytes > LARGE) {
    const address = allocateLarge(size);
    liveBytes += size;
    return address;
  }
  const index = classOf(bytes);
  const list = (free[index] ??= []);
  if (list.length === 0) {
    // Small classes are carved 16 KiB at a time, so that a rare size does not occupy a whole slab.
    const span = Math.max(size, Math.min(SLAB, size * 16, 16384));
    const count = Math.floor(span / size);
    const slab = allocateLarge(count * size);
    for (let i = count - 1; i >= 0; i--) list.push(slab + i * size);
  }
  liveBytes += size;
  return list.pop()!;
}

/** Gives a chunk back. */
export function freeChunk(address: number, bytes: number): void {
  const size = chunkBytes(bytes);
  liveBytes -= size;
  if (bytes > LARGE) freeLarge(address, size);
  else free[classOf(bytes)]!.push(address);
}

/** Bytes in chunks that are handed out, and the extent of the heap. */
export function heapUse(): { live: number; extent: number } {
  return { live: liveBytes, extent: top === 0 ? 0 : top - startMachine() };
}
