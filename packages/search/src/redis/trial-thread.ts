// The worker's side of a thread that runs trials: started, asked, replaced when it dies.
import { Worker } from "node:worker_threads";
import { DataError, ValueError } from "torchlet";
import type { TrialJob } from "./jobs.js";
import type { FromThread, JobOutcome, ThreadData, ToThread } from "./thread-messages.js";

/** The thread ended while it ran a job: `process.exit` in an objective, no memory left, or terminated by us. */
export class ThreadEndedError extends Error {}

/** A job that will fail however often it is tried. */
export class HopelessJobError extends Error {}

/** One thread; runs one job at a time. */
export class TrialThread {
  readonly worker: string;
  /** The study of the job that it runs, or that went wrong: it may hold trials there. */
  study: string | null = null;
  /** Names of the objectives that its modules export, once it is ready. */
  objectives: readonly string[] = [];
  readonly #thread: Worker;
  readonly #tell: (text: string) => void;
  #settle: { resolve(outcome: JobOutcome): void; reject(error: Error): void } | null = null;
  #ended: string | null = null;

  private constructor(file: URL, data: ThreadData, threads: number, tell: (text: string) => void) {
    this.worker = data.worker;
    this.#tell = tell;
    this.#thread = new Worker(file, {
      workerData: data,
      env: { ...process.env, TORCHLET_NUM_THREADS: String(threads) },
    });
    this.#thread.on("message", (message: FromThread) => this.#hear(message));
    this.#thread.on("error", (error: Error) => this.#end(error.stack ?? error.message));
    this.#thread.on("exit", (code) => this.#end(`the thread ended with code ${code}`));
  }

  /** @throws ValueError where its modules cannot be loaded */
  static start(file: URL, data: ThreadData, threads: number, tell: (text: string) => void): Promise<TrialThread> {
    const thread = new TrialThread(file, data, threads, tell);
    return new Promise((resolve, reject) => {
      thread.#thread.once("message", (message: FromThread) => {
        if (message.type === "ready") resolve(thread);
        else reject(unfit(message.type === "unfit" ? message.message : message.type));
      });
      thread.#thread.once("error", (error: Error) => reject(unfit(error.message)));
      thread.#thread.once("exit", (code) => reject(unfit(`the thread ended with code ${code}`)));
    });
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  /**
   * Runs one trial of the job's study to its end.
   *
   * @throws ThreadEndedError where the thread ended first
   * @throws HopelessJobError, DataError where the job could not be run
   */
  run(job: TrialJob): Promise<JobOutcome> {
    if (this.#ended !== null) return Promise.reject(new ThreadEndedError(this.#ended));
    this.study = job.study;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#thread.postMessage({ type: "run", job } satisfies ToThread);
    });
  }

  /** Ends it at once, whatever it does. */
  async terminate(reason: string): Promise<void> {
    this.#end(reason);
    await this.#thread.terminate();
  }

  #hear(message: FromThread): void {
    switch (message.type) {
      case "ready":
        this.objectives = message.objectives;
        return;
      case "unfit":
        return;
      case "warning":
        this.#tell(message.text);
        return;
      case "done":
        this.study = null;
        this.#settle?.resolve(message.outcome);
        this.#settle = null;
        return;
      case "broken":
        if (message.hopeless) this.study = null;
        this.#settle?.reject(
          message.hopeless
            ? new HopelessJobError(message.message)
            : new DataError("redis-trial", {
                path: "torchlet worker",
                rule: {
                  en: `a trial could not be run: ${message.message}`,
                  zh: `无法运行一次试验：${message.message}`,
                },
              }),
        );
        this.#settle = null;
        return;
      default:
        message satisfies never;
    }
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#settle?.reject(new ThreadEndedError(reason));
    this.#settle = null;
  }
}

function unfit(message: string): ValueError {
  return new ValueError("objective-module", {
    path: "torchlet worker",
    rule: { en: `the objectives could not be loaded: ${message}`, zh: `无法加载目标函数：${message}` },
  });
}
