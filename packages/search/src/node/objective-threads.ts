// Threads that run objectives, seen from the main thread: started, asked, replaced when one dies.
//
// Sampling, pruning and the log stay in the main thread, so samplers and pruners may be any objects, several threads write no file, and a search
// on threads is the same code as one without. A thread sleeps while its question is answered.
import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
import { ValueError } from "torchlet";
import type { ParameterValue } from "../core/distributions.js";
import type { Json } from "../core/trial-record.js";
import { TrialLost } from "../study/lost.js";
import type { Objective } from "../study/run-trial.js";
import type { Trial } from "../study/trial.js";
import { moduleUrl, type ObjectiveModule } from "./objective-module.js";
import {
  errorFromData,
  errorToData,
  type FromThread,
  type ThreadAnswer,
  type ThreadData,
  type ThreadRequest,
  type ToThread,
} from "./thread-messages.js";

/** Options of threads that run objectives. */
export interface ThreadOptions {
  /** How many threads torchlet uses in each (`TORCHLET_NUM_THREADS`). Default: 1. */
  readonly threadsPerJob?: number;
  /** Limits of each thread's memory, as `worker_threads` has them; one that exceeds them is lost, the process is not. Default: Node's. */
  readonly resourceLimits?: ResourceLimits;
  /** Seconds that an aborted trial is given to end by itself, before its thread is. Default: 1. */
  readonly grace?: number;
}

type Result = number | readonly number[];

interface Running {
  readonly trial: Trial;
  resolve(value: Result): void;
  reject(error: Error): void;
}

/** One thread; runs one trial at a time. */
class ObjectiveThread {
  readonly #worker: Worker;
  readonly #answers: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #grace: number;
  #running: Running | null = null;
  #ended: Error | null = null;
  /** Resolves when the module is loaded. */
  readonly ready: Promise<void>;
  readonly #exit: Promise<void>;

  constructor(url: string, objective: ObjectiveModule, options: ThreadOptions) {
    const { threadsPerJob = 1, resourceLimits, grace = 1 } = options;
    const { port1, port2 } = new MessageChannel();
    this.#answers = port1;
    this.#grace = grace;
    const data: ThreadData = {
      module: url,
      name: objective.export ?? "default",
      options: (objective.options ?? null) as Json,
      answers: port2,
      answered: this.#answered.buffer as SharedArrayBuffer,
    };
    this.#worker = new Worker(new URL("./objective-thread.js", import.meta.url), {
      workerData: data,
      transferList: [port2],
      env: { ...process.env, TORCHLET_NUM_THREADS: String(threadsPerJob) },
      ...(resourceLimits && { resourceLimits }),
    });
    this.#exit = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      this.#worker.once("message", (message: FromThread) => {
        if (message.type === "unfit") reject(unfit(url, errorFromData(message.error)));
        else resolve();
      });
      this.#worker.once("error", (error) => reject(unfit(url, error)));
      this.#worker.once("exit", (code) => reject(unfit(url, new Error(`the thread ended with code ${code}`))));
    });
    this.ready.catch(() => {});
    this.#worker.on("message", (message: FromThread) => this.#hear(message));
    this.#worker.on("error", (error: Error) => this.#end(`${error.name}: ${error.message}`, error));
    this.#worker.on("exit", (code) => this.#end(`process.exit(${code})`));
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  /** @throws TrialLost where the thread ended first; what the objective throws */
  async run(trial: Trial): Promise<Result> {
    await this.ready;
    if (this.#ended !== null) throw this.#ended;
    const { signal } = trial;
    let timer: NodeJS.Timeout | undefined;
    const abort = () => {
      this.#post({ type: "abort" });
      timer = setTimeout(() => void this.terminate(), this.#grace * 1000);
    };
    try {
      return await new Promise<Result>((resolve, reject) => {
        this.#running = { trial, resolve, reject };
        this.#post({ type: "run", number: trial.number, seed: trial.seed });
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort);
      });
    } finally {
      this.#running = null;
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }

  /** Ends it at once, whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Lets it end: what it has printed is printed. */
  async close(): Promise<void> {
    if (this.#ended === null) this.#post({ type: "close" });
    const timer = setTimeout(() => void this.terminate(), 1000);
    await this.#exit;
    clearTimeout(timer);
    this.#answers.close();
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromThread): void {
    switch (message.type) {
      case "ready":
      case "unfit":
        return;
      case "ended":
        this.#running?.resolve(message.value);
        return;
      case "failed":
        this.#running?.reject(errorFromData(message.error));
        return;
      case "suggest":
      case "report":
      case "shouldPrune":
      case "setUserAttr":
        this.#answer(message);
        return;
      default:
        // The module may send messages of its own.
        message satisfies never;
    }
  }

  #answer(request: ThreadRequest): void {
    let answer: ThreadAnswer;
    try {
      const trial = this.#running?.trial;
      if (trial?.number !== request.number) throw ended(request.number);
      answer = { value: answerOf(trial, request) };
    } catch (error) {
      answer = { error: errorToData(error) };
    }
    this.#answers.postMessage(answer);
    Atomics.add(this.#answered, 0, 1);
    Atomics.notify(this.#answered, 0);
  }

  #end(reason: string, cause?: Error): void {
    if (this.#ended !== null) return;
    this.#ended = new TrialLost(`the thread that ran it ended (${reason})`, { cause });
    this.#running?.reject(this.#ended);
  }
}

function answerOf(trial: Trial, request: ThreadRequest): ParameterValue | undefined {
  switch (request.type) {
    case "suggest":
      return trial.suggest(request.name, request.distribution);
    case "report":
      trial.report(request.value, request.step);
      return;
    case "shouldPrune":
      return trial.shouldPrune();
    case "setUserAttr":
      trial.setUserAttr(request.key, request.value);
      return;
    default:
      return request satisfies never;
  }
}

/** An objective that goes on after its end must not speak for the trial that runs now. */
function ended(number: number): ValueError {
  return new ValueError("trial-ended", {
    path: "objective",
    rule: { en: `trial ${number} has ended`, zh: `试验 ${number} 已结束` },
    hint: { en: "await in the objective what it has begun", zh: "请在目标函数内等待其启动的工作" },
  });
}

function unfit(url: string, cause: Error): ValueError {
  return new ValueError("objective-module", {
    path: url,
    rule: {
      en: `the objective could not be loaded: ${cause.message}`,
      zh: `无法加载目标函数：${cause.message}`,
    },
    ...((cause as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION" && {
      hint: {
        en: "threads load TypeScript with Node 22.18 or later; compile it to JavaScript for an earlier one",
        zh: "Node 22.18 及以上版本的线程可直接加载 TypeScript；更早的版本请先编译为 JavaScript",
      },
    }),
    cause,
  });
}

/**
 * Threads that run an objective, for `study.optimize` or `runTrial`.
 *
 * @example
 * const threads = await ObjectiveThreads.start({ module: new URL("./objective.js", import.meta.url) }, 2);
 * await study.optimize(threads.objective, { nTrials: 40, jobs: 2 });
 * await threads.close();
 */
export class ObjectiveThreads {
  /** What a study is given: runs in a thread that is free, and in a new one where none is. */
  readonly objective: Objective = (trial) => this.#run(trial);
  readonly #idle: ObjectiveThread[] = [];
  readonly #busy = new Set<ObjectiveThread>();

  private constructor(
    private readonly url: string,
    private readonly module: ObjectiveModule,
    private readonly options: ThreadOptions,
  ) {}

  /**
   * Starts threads and waits until they have loaded the module.
   *
   * @throws ValueError where it cannot be loaded, or exports no such function
   */
  static async start(
    objective: ObjectiveModule,
    count: number,
    options: ThreadOptions = {},
  ): Promise<ObjectiveThreads> {
    const threads = new ObjectiveThreads(moduleUrl(objective), objective, options);
    for (let i = 0; i < count; i++) threads.#idle.push(threads.#create());
    try {
      await Promise.all(threads.#idle.map((thread) => thread.ready));
    } catch (error) {
      await threads.close();
      throw error;
    }
    return threads;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#busy, ...this.#idle.splice(0)].map((thread) => thread.close()));
  }

  #create(): ObjectiveThread {
    return new ObjectiveThread(this.url, this.module, this.options);
  }

  async #run(trial: Trial): Promise<Result> {
    let thread = this.#idle.pop();
    while (thread !== undefined && !thread.alive) thread = this.#idle.pop();
    thread ??= this.#create();
    this.#busy.add(thread);
    try {
      return await thread.run(trial);
    } finally {
      this.#busy.delete(thread);
      if (thread.alive) this.#idle.push(thread);
    }
  }
}
