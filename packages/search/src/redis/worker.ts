// A worker: takes jobs from the queues of the objectives it was started with, and runs a trial for each on its threads.
import { hostname } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Job, Worker as QueueWorker } from "bullmq";
import type { Redis } from "ioredis";
import { type Localized, ValueError } from "torchlet";
import { StudySession } from "../study/session.js";
import { connectRedis, type RedisConnectionOptions } from "./connection.js";
import { parseJob, queueName, queuePrefix, type TrialJob } from "./jobs.js";
import { loadBullMQ } from "./load.js";
import { RedisLog } from "./redis-log.js";
import type { JobOutcome } from "./thread-messages.js";
import { HopelessJobError, ThreadEndedError, TrialThread } from "./trial-thread.js";

/** Options of `startWorker`. */
export interface RedisWorkerOptions extends RedisConnectionOptions {
  /**
   * What this worker may run, and nothing else: files (or URLs) of modules. Every exported function is an objective of its name, a default
   * export one of the file's name.
   */
  readonly modules: readonly (string | URL)[];
  /** Trials at a time, each on a thread of its own. Default: 1. */
  readonly jobs?: number;
  /** Threads that torchlet uses within a trial. Default: 1. */
  readonly threadsPerJob?: number;
  /** What all keys begin with. Default: `"torchlet"`. */
  readonly prefix?: string;
  /** Seconds without a sign of life after which a worker counts as lost; the same for all. Default: 60. */
  readonly lease?: number;
  /** Seconds that `stop` lets running trials go on before they are given back. Default: 20. */
  readonly grace?: number;
  /** Told what happens, for people to read. */
  readonly onMessage?: (message: WorkerMessage) => void;
}

/** What a worker says. */
export interface WorkerMessage {
  readonly kind: "ready" | "started" | "ended" | "returned" | "status" | "warning";
  readonly text: Localized;
}

/** The file that threads run; in the bundle it lies beside this one. */
const THREAD_FILE = new URL("./redis-thread.js", import.meta.url);

/**
 * Starts a worker and resolves when it listens.
 *
 * @throws ValueError for modules that cannot be loaded or export no function, and for options that make no sense
 * @throws DataError where Redis refuses or does not answer within `connectTimeout`
 * @throws EngineError where bullmq or ioredis is not installed
 *
 * @example
 * const worker = await startWorker({ url: "redis://localhost:6379", modules: ["./objective.mjs"], jobs: 2 });
 * process.once("SIGTERM", () => worker.stop());
 * await worker.stopped;
 */
export async function startWorker(options: RedisWorkerOptions): Promise<RedisWorker> {
  const { jobs = 1, lease = 60, grace = 20, threadsPerJob = 1, modules } = options;
  checkNumbers({ jobs, lease, grace, threadsPerJob });
  const { Worker, WaitingError, UnrecoverableError } = await loadBullMQ();
  const redis = await connectRedis({
    ...options,
    onStatus: (status) => {
      options.onStatus?.(status);
      options.onMessage?.({ kind: "status", text: status.text });
    },
  });
  const worker = new RedisWorker(redis, { ...options, lease, grace }, { Worker, WaitingError, UnrecoverableError });
  try {
    const urls = modules.map((it) =>
      (it instanceof URL || /^\w+:\/\//.test(it) ? it : pathToFileURL(resolve(it))).toString(),
    );
    await worker.start(jobs, threadsPerJob, urls);
  } catch (error) {
    await worker.kill();
    throw error;
  }
  return worker;
}

type BullMQ = Pick<typeof import("bullmq"), "Worker" | "WaitingError" | "UnrecoverableError">;

/** Made by `startWorker`. */
export class RedisWorker {
  readonly #redis: Redis;
  readonly #options: RedisWorkerOptions & { readonly lease: number; readonly grace: number };
  readonly #bullmq: BullMQ;
  readonly #threads = new Set<TrialThread>();
  readonly #idle: TrialThread[] = [];
  readonly #sessions = new Map<string, StudySession>();
  readonly #name = `${hostname()}:${process.pid}:${crypto.randomUUID().slice(0, 8)}`;
  #queues: QueueWorker[] = [];
  #startThread: () => Promise<TrialThread> = () => Promise.reject(new Error("not started"));
  #renewal: ReturnType<typeof setInterval> | undefined;
  #renewing = false;
  #stopping: Promise<void> | null = null;
  readonly #stopped: { promise: Promise<void>; resolve: () => void };

  constructor(redis: Redis, options: RedisWorkerOptions & { lease: number; grace: number }, bullmq: BullMQ) {
    this.#redis = redis;
    this.#options = options;
    this.#bullmq = bullmq;
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    this.#stopped = { promise, resolve };
  }

  /** Names of the objectives that it runs. */
  get objectives(): readonly string[] {
    return [...this.#threads][0]?.objectives ?? [];
  }

  /** Resolves after `stop`, when everything is finished or given back. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  async start(jobs: number, threadsPerJob: number, modules: readonly string[]): Promise<void> {
    const { url, prefix, lease, connectTimeout = 10 } = this.#options;
    let count = 0;
    this.#startThread = async () => {
      const worker = `${this.#name}/${count++}`;
      const data = { modules, url, prefix: prefix ?? null, connectTimeout, lease, worker };
      const thread = await TrialThread.start(THREAD_FILE, data, threadsPerJob, (text) =>
        this.#say("warning", { en: text, zh: text }),
      );
      this.#threads.add(thread);
      return thread;
    };
    this.#idle.push(...(await Promise.all(Array.from({ length: jobs }, () => this.#startThread()))));
    this.#say("ready", {
      en: `Waiting for trials of ${this.objectives.join(", ")}.`,
      zh: `等待以下目标函数的试验：${this.objectives.join("、")}。`,
    });
    this.#queues = this.objectives.map((objective) => this.#listen(objective, jobs));
    this.#renewal = setInterval(() => void this.#renew(), (lease * 1000) / 3);
    await Promise.all(this.#queues.map((queue) => queue.waitUntilReady()));
  }

  #listen(objective: string, jobs: number): QueueWorker {
    const { lease, prefix } = this.#options;
    const queue: QueueWorker = new this.#bullmq.Worker(
      queueName(objective),
      (job: Job, token?: string) => this.#process(objective, job, token),
      {
        connection: this.#redis,
        prefix: queuePrefix(prefix),
        concurrency: jobs,
        lockDuration: (lease * 1000) / 2,
        stalledInterval: (lease * 1000) / 4,
        // How often a trial may be lost is the study's to say.
        maxStalledCount: 1_000_000,
        runRetryDelay: 1000,
        drainDelay: 5,
      },
    );
    queue.on("error", (error) => {
      // A connection that is lost is told once, by who watches it; of a job that another worker has been given the log knows.
      const known = /ECONN|Connection is closed|EPIPE|ETIMEDOUT|renew lock|Missing lock|LOADING|Missing key/i;
      if (!known.test(`${error.message} ${(error as NodeJS.ErrnoException).code ?? ""}`))
        this.#say("warning", { en: `queue: ${error.message}`, zh: `队列：${error.message}` });
    });
    return queue;
  }

  async #process(objective: string, job: Job, token: string | undefined): Promise<JobOutcome> {
    const thread = this.#stopping === null ? this.#idle.pop() : undefined;
    if (thread === undefined) return this.#giveBack(job, token);
    if (this.#idle.length === 0) this.#pauseQueues();
    try {
      const data = this.#jobOf(objective, job);
      this.#say("started", {
        en: `${data.study}: job ${job.id} begins`,
        zh: `${data.study}：任务 ${job.id} 开始`,
      });
      const outcome = await thread.run(data);
      this.#tellOutcome(data, outcome);
      return outcome;
    } catch (error) {
      if (error instanceof ThreadEndedError) {
        await this.#abandon(thread, error.message);
        return await this.#giveBack(job, token);
      }
      this.#warn(error);
      if (error instanceof HopelessJobError) throw new this.#bullmq.UnrecoverableError(error.message);
      // What it holds must not look alive: its name is not used again.
      await thread.terminate("its study's log failed");
      await this.#abandon(thread, "the log failed").catch(() => {});
      throw error;
    } finally {
      await this.#release(thread);
    }
  }

  #jobOf(objective: string, job: Job): TrialJob {
    try {
      const data = parseJob(job.data);
      if (data.objective === objective) return data;
      throw new Error(`the queue of ${objective} holds a job for ${data.objective}`);
    } catch (error) {
      throw new HopelessJobError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Back on the queue, for whoever is free. Never returns. */
  async #giveBack(job: Job, token: string | undefined): Promise<never> {
    await job.moveToWait(token);
    throw new this.#bullmq.WaitingError();
  }

  async #release(thread: TrialThread): Promise<void> {
    if (thread.alive) this.#idle.push(thread);
    else {
      this.#threads.delete(thread);
      if (this.#stopping !== null) return;
      try {
        this.#idle.push(await this.#startThread());
      } catch (error) {
        this.#warn(error);
        if (this.#threads.size === 0) void this.stop();
        return;
      }
    }
    if (this.#stopping === null) for (const queue of this.#queues) if (queue.isPaused()) void queue.resume();
  }

  /** No thread is free. The queues' own concurrency is enough where there is one queue only. */
  #pauseQueues(): void {
    if (this.#queues.length > 1) for (const queue of this.#queues) void queue.pause(true);
  }

  /** The trials of a thread that is no more: others need not wait until they notice. */
  async #abandon(thread: TrialThread, reason: string): Promise<void> {
    const { study } = thread;
    if (study === null) return;
    const returned = this.#stopping !== null;
    const session = this.#sessionOf(study);
    // A replica that fails is not asked again.
    this.#sessions.delete(study);
    await session.refresh();
    for (const { claim, number, worker } of [...session.state.active.values()]) {
      if (worker !== thread.worker) continue;
      await session.abandon(claim, reason, { returned });
      if (returned) {
        this.#say("returned", {
          en: `${study}: trial ${number} is given back`,
          zh: `${study}：试验 ${number} 已交还`,
        });
      } else {
        this.#say("warning", {
          en: `${study}: trial ${number} was lost (${reason})`,
          zh: `${study}：试验 ${number} 丢失（${reason}）`,
        });
      }
    }
    this.#sessions.set(study, session);
    thread.study = null;
  }

  /** An objective that computes without a pause cannot say that it lives; so this is said here. */
  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    for (const { study, worker, alive } of this.#threads) {
      if (study === null || !alive) continue;
      try {
        await this.#sessionOf(study).log.append([{ type: "renewed", worker, at: Date.now() }]);
      } catch (error) {
        this.#sessions.delete(study);
        if (this.#stopping === null) this.#warn(error);
      }
    }
    this.#renewing = false;
  }

  #sessionOf(study: string): StudySession {
    let session = this.#sessions.get(study);
    if (session === undefined) {
      const { lease } = this.#options;
      session = new StudySession(RedisLog.over(this.#redis, { ...this.#options, study }), {
        worker: this.#name,
        lease,
      });
      this.#sessions.set(study, session);
    }
    return session;
  }

  /**
   * Takes no more jobs, lets running trials end for `grace` seconds, gives back those that have not, and closes. Calling it again changes
   * nothing.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    // After this turn: whoever asks sees that it is stopping.
    await Promise.resolve();
    const closing = Promise.all(this.#queues.map((queue) => queue.close()));
    const { grace } = this.#options;
    if (!(await endsWithin(closing, grace))) {
      for (const thread of this.#threads) {
        if (thread.study !== null) await thread.terminate("given back");
      }
      // Where Redis is away nothing can be given back: the lease will tell.
      await endsWithin(closing, 5);
    }
    await this.kill();
  }

  /** Ends at once: trials that run are not given back, others notice after the lease. */
  async kill(): Promise<void> {
    this.#stopping ??= Promise.resolve();
    clearInterval(this.#renewal);
    await Promise.all([...this.#threads].map((thread) => thread.terminate("the worker ends")));
    await Promise.all(this.#queues.map((queue) => endsWithin(queue.close(true), 1)));
    this.#redis.disconnect();
    this.#stopped.resolve();
  }

  #say(kind: WorkerMessage["kind"], text: Localized): void {
    this.#options.onMessage?.({ kind, text });
  }

  #warn(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#say("warning", { en: message, zh: message });
  }

  #tellOutcome({ study }: TrialJob, outcome: JobOutcome): void {
    if (outcome.type === "full") {
      this.#say("ended", { en: `${study}: nothing left to do`, zh: `${study}：没有剩余的试验` });
      return;
    }
    const { number, state, values } = outcome;
    const value = values === null ? "" : `, ${values.map((it) => it.toPrecision(6)).join(", ")}`;
    this.#say("ended", {
      en: `${study}: trial ${number} ${state}${value}`,
      zh: `${study}：试验 ${number} ${state}${value}`,
    });
  }
}

/** Whether a promise is fulfilled within some seconds. */
async function endsWithin(promise: Promise<unknown>, seconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000);
  });
  try {
    return await Promise.race([promise.then(() => true), patience]);
  } catch {
    return true;
  } finally {
    clearTimeout(timer);
  }
}

function checkNumbers(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    const whole = name === "jobs" || name === "threadsPerJob";
    if (
      whole
        ? Number.isSafeInteger(value) && value >= 1
        : Number.isFinite(value) && value >= 0 && !(name === "lease" && value === 0)
    )
      continue;
    throw new ValueError("worker-option", {
      path: "startWorker",
      rule: whole
        ? {
            en: `${name} must be an integer of at least 1, got ${value}`,
            zh: `${name} 必须是不小于 1 的整数，得到 ${value}`,
          }
        : {
            en: `${name} must be a positive number of seconds, got ${value}`,
            zh: `${name} 必须是正的秒数，得到 ${value}`,
          },
      received: value,
    });
  }
}
