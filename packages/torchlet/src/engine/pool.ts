// Worker threads that take shares of large instructions.
//
// The pool starts when the first instruction is large enough for it, and works from the moment its threads are ready: no
// operation waits for it, and it keeps no process alive. A thread that fails is reported by the call that it failed in;
// the pool then ends, and the next large instruction starts another one.
import { EngineError, ValueError } from "../errors/index.js";
import { type BlasBinding, blasBinding } from "./blas.js";

/** What a worker is given. */
interface WorkerJob {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  readonly index: number;
  readonly count: number;
  /** Where the machine's BLAS is found. */
  readonly blas: BlasBinding | null;
}

/** Words of the control block (kernels/parallel.ts). */
const Word = { epoch: 0, finished: 3, quit: 4, failed: 5, ready: 6, sleeping: 7, maySleep: 12 } as const;
const CONTROL_BYTES = 64;
/** Each generation of threads has a block of its own: those of an earlier one may still be on their way out. */
const GENERATIONS = 64;
export const POOL_BYTES = CONTROL_BYTES * GENERATIONS;

/** Runs in the worker: binds the BLAS, then serves until it is told to quit; an error is marked where the waiting thread sees it. */
const SERVE = `
function bindBlas(memory, { koffi: path, library, sgemm, dgemm }) {
  const koffi = require(path);
  const functions = koffi.load(library);
  const single = functions.func(sgemm), double = functions.func(dgemm);
  const base = Number(koffi.address(new Uint8Array(memory.buffer)));
  return (isDouble, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) =>
    (isDouble ? double : single)(
      101, 111 + transposeA, 111 + transposeB, m, n, k, alpha, base + (a >>> 0), lda, base + (b >>> 0), ldb, beta, base + (c >>> 0), ldc);
}
function serve({ module, memory, control, index, count, blas }) {
  try {
    const missing = () => { throw new Error("this thread has no BLAS"); };
    const env = { memory, blas: blas === null ? missing : bindBlas(memory, blas) };
    new WebAssembly.Instance(module, { env }).exports.serve(control, index, count);
  } catch (error) {
    Atomics.add(new Int32Array(memory.buffer), (control >> 2) + ${Word.failed}, 1);
    throw error;
  }
}`;

/** The part of both kinds of worker that is used here. */
interface Thread {
  stop(): void;
}

type Failure = (error: unknown) => void;

function startNodeThread(job: WorkerJob, failed: Failure): Thread {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(`${SERVE}\nserve(require("node:worker_threads").workerData);`, {
    eval: true,
    workerData: job,
    execArgv: [],
  });
  worker.unref();
  worker.on("error", failed);
  return { stop: () => void worker.terminate() };
}

function startWebThread(job: WorkerJob, failed: Failure): Thread {
  const url = URL.createObjectURL(
    new Blob([`${SERVE}\nonmessage = (event) => serve(event.data);`], { type: "text/javascript" }),
  );
  const worker = new Worker(url);
  worker.onerror = failed;
  worker.postMessage(job);
  URL.revokeObjectURL(url);
  return { stop: () => worker.terminate() };
}

const isNode = typeof process !== "undefined" && typeof process.getBuiltinModule === "function";

/** The number of threads that TORCHLET_NUM_THREADS asks for, else that of the machine's processors. */
function defaultThreads(): number {
  const asked = isNode ? process.env["TORCHLET_NUM_THREADS"] : undefined;
  if (asked !== undefined && asked !== "") {
    const count = Number(asked);
    if (Number.isInteger(count) && count >= 1) return count;
    throw threadsError("TORCHLET_NUM_THREADS", asked);
  }
  if (isNode) return process.getBuiltinModule("node:os").availableParallelism();
  return typeof navigator === "undefined" ? 1 : navigator.hardwareConcurrency || 1;
}

function threadsError(path: string, received: unknown): ValueError {
  return new ValueError("num-threads", {
    path,
    rule: {
      en: `the number of threads must be an integer from 1 to ${MAX_THREADS}, got ${String(received)}`,
      zh: `线程数必须是 1 到 ${MAX_THREADS} 的整数，得到的是 ${String(received)}`,
    },
    expected: [1, MAX_THREADS],
    received,
  });
}

/** The main thread of a page must not wait asleep. */
const maySleep = isNode || typeof document === "undefined";

/** More threads than this bring nothing for the sizes that one machine trains. */
export const MAX_THREADS = 16;

let wanted: number | null = null;

/** How many threads large operations use, the caller's own included. */
export function getNumThreads(): number {
  wanted ??= Math.min(defaultThreads(), MAX_THREADS);
  return wanted;
}

/** The pool of one engine. */
export class Pool {
  private threads: Thread[] = [];
  private started = 0;
  private error: unknown = null;
  private generation = 0;
  /** The block that the threads of today look at. Shared memory grows in place, so a view of it stays. */
  private words: Int32Array;

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly memory: WebAssembly.Memory,
    private readonly blocks: number,
  ) {
    this.words = this.viewWords();
  }

  private viewWords(): Int32Array {
    return new Int32Array(this.memory.buffer, this.control, CONTROL_BYTES / 4);
  }

  /** The address of the block that the threads of today look at. */
  get control(): number {
    return this.blocks + (this.generation % GENERATIONS) * CONTROL_BYTES;
  }

  private word(at: number): number {
    return Atomics.load(this.words, at);
  }

  /** Threads beside the caller's that can take a share now; starts them where they are not running. */
  available(): number {
    const others = getNumThreads() - 1;
    if (others !== this.started) this.restart(others);
    return this.started > 0 && this.word(Word.ready) === this.started ? this.started : 0;
  }

  /** Whether threads sleep: waking them takes as long as a medium operation. */
  sleeping(): boolean {
    return this.word(Word.sleeping) > 0;
  }

  /** Wakes sleeping threads: what comes next finds them waiting. */
  wake(): void {
    Atomics.notify(this.words, Word.epoch);
  }

  private restart(others: number): void {
    this.stop();
    this.started = others;
    if (others === 0) return;
    const start = isNode ? startNodeThread : startWebThread;
    const blas = blasBinding();
    const { module, memory, control, generation } = this;
    Atomics.store(this.words, Word.maySleep, maySleep ? 1 : 0);
    const failed: Failure = (error) => {
      if (generation !== this.generation) return;
      this.error = error;
      // Chromium tells of a policy that forbids such workers by an event: they never become ready.
      if (this.word(Word.ready) < this.started) this.goWithout();
    };
    try {
      for (let i = 1; i <= others; i++) {
        const job = { module, memory, control, index: i, count: others + 1, blas };
        this.threads.push(start(job, failed));
      }
    } catch {
      this.goWithout();
    }
  }

  /** A page whose policy forbids such workers computes on one thread. */
  private goWithout(): void {
    this.stop();
    this.error = null;
    wanted = 1;
  }

  /** Ends all threads. */
  stop(): void {
    const { words } = this;
    if (this.threads.length > 0) {
      Atomics.store(words, Word.quit, 1);
      Atomics.add(words, Word.epoch, 1);
      Atomics.notify(words, Word.epoch);
      for (const thread of this.threads) thread.stop();
    }
    this.threads = [];
    this.started = 0;
    this.generation++;
    this.words = this.viewWords();
    this.words.fill(0);
  }

  /** The error of a call in which a thread failed; the pool has ended. */
  failure(): EngineError {
    const cause = this.error ?? undefined;
    this.error = null;
    this.stop();
    return new EngineError("thread-failed", {
      path: "torchlet",
      rule: { en: "a worker thread failed during this operation", zh: "某个工作线程在此操作中失败" },
      hint: {
        en: "the result is not to be used; the next operation starts new threads, torch.setNumThreads(1) goes without them",
        zh: "此结果不可使用；下一个操作会启动新的线程，torch.setNumThreads(1) 则不使用线程",
      },
      cause,
    });
  }
}

/**
 * Sets how many threads large operations use, the caller's own included. Results do not depend on it.
 *
 * Default: TORCHLET_NUM_THREADS, else the number of processors. In a page it takes cross-origin isolation to have more
 * than one.
 *
 * @throws ValueError unless it is an integer from 1 to 16
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) throw threadsError("setNumThreads", count);
  wanted = count;
}
