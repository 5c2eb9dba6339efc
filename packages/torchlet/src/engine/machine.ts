// The machine under everything: the kernels, views of their memory, and the place where instructions are written.
import { EngineError } from "../errors/index.js";
import { type BlasStatus, blasStatus, makeBlasImport } from "./blas.js";
import { getNumThreads, MAX_THREADS, POOL_BYTES, Pool } from "./pool.js";
import { recording } from "./recording.js";
import { type Kernels, loadKernels, PAGE, type SimdTier } from "./wasm/load.js";

/** Views of engine memory. They are bindings that change when memory grows: read them, never keep them. */
export let f32 = new Float32Array(0);
export let f64 = new Float64Array(0);
export let i32 = new Int32Array(0);
export let u8 = new Uint8Array(0);

/** Byte address at which the next instruction is written. */
export let instruction = 0;
/** Scratch of the elementwise programs and of matrix products. */
export let mapScratch = 0;
export let gemmScratch = 0;
/** A few words for results that JavaScript reads back at once. */
export let mailbox = 0;

let kernels: Kernels | null = null;
/** None without shared memory. */
let pool: Pool | null = null;
let run: (pc: number, count: number) => void = () => {
  throw new Error("the engine has not been started");
};

/** Where the heap begins. */
let heapStart = 0;
const INSTRUCTION_BYTES = 256 * 1024;
/** Vector loads may read this far past the last byte that belongs to anybody. */
const GUARD_BYTES = 256;

function refreshViews(): void {
  const { buffer } = kernels!.memory;
  f32 = new Float32Array(buffer);
  f64 = new Float64Array(buffer);
  i32 = new Int32Array(buffer);
  u8 = new Uint8Array(buffer);
}

/** Starts the engine if it does not run yet; returns the first free byte of its memory. */
export function startMachine(): number {
  if (kernels !== null) return heapStart;
  kernels = loadKernels(makeBlasImport);
  run = kernels.exports.execute;
  refreshViews();
  let at = (kernels.exports.heapBase() + 4095) & ~4095;
  const reserve = (bytes: number) => {
    const here = at;
    at = (at + bytes + 4095) & ~4095;
    return here;
  };
  instruction = reserve(INSTRUCTION_BYTES);
  mailbox = reserve(64);
  mapScratch = reserve(kernels.exports.mapScratchBytes() * MAX_THREADS);
  gemmScratch = reserve(kernels.exports.gemmScratchFloats() * 4 * MAX_THREADS);
  const blocks = kernels.shared ? reserve(POOL_BYTES) : 0;
  heapStart = at;
  ensureMemory(at);
  if (kernels.shared) pool = new Pool(kernels.module, kernels.memory, blocks);
  return heapStart;
}

/** Grows memory so that addresses below `end` exist, with the guard behind them. */
export function ensureMemory(end: number): void {
  const { memory } = kernels!;
  const missing = end + GUARD_BYTES - memory.buffer.byteLength;
  if (missing <= 0) return;
  // At least 16 MiB or an eighth at a time: growing refreshes the views.
  const pages = Math.ceil(Math.max(missing, 1 << 24, memory.buffer.byteLength / 8) / PAGE);
  try {
    memory.grow(pages);
  } catch {
    try {
      memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new EngineError("out-of-memory", {
        path: "torchlet",
        rule: {
          en: `the engine's memory of ${mebibytes(memory.buffer.byteLength)} MiB cannot grow to ${mebibytes(end)} MiB`,
          zh: `引擎内存现为 ${mebibytes(memory.buffer.byteLength)} MiB，无法增长到 ${mebibytes(end)} MiB`,
        },
        received: end,
        hint: {
          en: "use smaller batches or models; float32 takes half the memory of float64",
          zh: "请减小批量或模型；float32 占用的内存是 float64 的一半",
        },
        cause,
      });
    }
  }
  refreshViews();
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

/** Nanoseconds of work from which sharing pays: while the other threads are awake, and when they have to be woken. */
const SHARED_WORK = 6_000;
const SHARED_WORK_ASLEEP = 200_000;
/** From this on they are woken for what may follow, though this work is done without them. */
const WAKING_WORK = 20_000;

/** How many threads help with so much work. */
function helpers(threads: Pool, work: number): number {
  const others = threads.available();
  if (others === 0 || work >= SHARED_WORK_ASLEEP || !threads.sleeping()) return others;
  if (work >= WAKING_WORK) threads.wake();
  return 0;
}

/**
 * Runs the instruction that was just written.
 *
 * @param work about how many nanoseconds one thread takes; large instructions are shared among threads
 */
export function execute(work = 0): void {
  if (recording !== null) recording.instruction(work);
  if (work < SHARED_WORK || pool === null) run(instruction, 1);
  else executeShared(pool, work);
}

function executeShared(threads: Pool, work: number): void {
  const others = helpers(threads, work);
  if (others === 0) {
    run(instruction, 1);
    return;
  }
  const { exports } = kernels!;
  const { control } = threads;
  runTogether(threads, others, () => exports.executeShared(control, instruction, others));
}

/** Runs something on several threads; whatever fails in one of them is an error of this call. */
function runTogether(threads: Pool, others: number, body: () => number): void {
  const { control } = threads;
  let fine: number;
  try {
    fine = body();
  } catch (error) {
    // The others may still be writing: nothing goes on before they have finished.
    kernels!.exports.join(control, others);
    threads.stop();
    throw error;
  }
  if (!fine) throw threads.failure();
}

/**
 * Runs the instructions of a plan.
 *
 * @param shared whether any of them is cut for threads
 * @param work about how many nanoseconds one thread takes
 */
export function executePlan(address: number, count: number, shared: boolean, work: number): void {
  const { exports } = kernels!;
  const threads = shared ? pool : null;
  const others = threads === null ? 0 : helpers(threads, work);
  if (threads === null || others === 0) {
    exports.executePlan(0, address, count, 0);
    return;
  }
  runTogether(threads, others, () => exports.executePlan(threads.control, address, count, others));
}

/** How many threads instructions are cut for, the caller's own included. */
export function threadCount(): number {
  return pool === null ? 1 : getNumThreads();
}

/** What the engine runs on. */
export interface EngineInfo {
  readonly simd: SimdTier;
  readonly sharedMemory: boolean;
  /** Threads that large operations use. */
  readonly threads: number;
  readonly memoryBytes: number;
  /** The library that matrix products go to, or why there is none. */
  readonly blas: BlasStatus;
}

/** Starts the engine and describes it. */
export function machineInfo(): EngineInfo {
  startMachine();
  const { tier, shared, memory } = kernels!;
  return {
    simd: tier,
    sharedMemory: shared,
    threads: threadCount(),
    memoryBytes: memory.buffer.byteLength,
    blas: blasStatus(),
  };
}

/** Bytes that one random generator takes. */
export function generatorBytes(): number {
  startMachine();
  return kernels!.exports.generatorBytes();
}
