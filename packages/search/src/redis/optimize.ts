// The coordinator: puts a job on the queue for each trial of a study, and follows the study until all have ended.
import type { Queue } from "bullmq";
import { DataError, type Localized, ValueError } from "torchlet";
import type { ParameterValue } from "../core/distributions.js";
import type { Direction, Json, TrialRecord } from "../core/trial-record.js";
import { createStudy, type Study } from "../study/study.js";
import { connectRedis, type RedisConnectionOptions } from "./connection.js";
import { type ClassSpec, checkObjectiveId, jobId, queueName, queuePrefix, type TrialJob } from "./jobs.js";
import { loadBullMQ } from "./load.js";
import { checkStudyName, RedisLog } from "./redis-log.js";
import { prunerOf, samplerOf } from "./specs.js";

/** Options of `optimizeOnRedis`. */
export interface RedisOptimizeOptions extends RedisConnectionOptions {
  /** The study's name. One of this name that exists already is continued. */
  readonly study: string;
  /** The name of an objective that workers were started with (`torchlet worker --objective FILE`). */
  readonly objective: string;
  /** JSON that the objective is given as its second argument. Default: null. */
  readonly options?: Json;
  /** How many trials the study has in all, those of earlier calls included: the same call again adds none. */
  readonly totalTrials: number;
  /** Default: that of `createStudy`. */
  readonly sampler?: ClassSpec;
  /** Default: that of `createStudy`. */
  readonly pruner?: ClassSpec;
  /** As in `createStudy`, of a study that does not exist yet; so the next four. */
  readonly direction?: Direction;
  readonly directions?: readonly Direction[];
  readonly seed?: number;
  readonly window?: number | null;
  readonly maxAttempts?: number;
  /** Parameters of trials to begin with, unless the study has such trials. */
  readonly enqueue?: readonly Readonly<Record<string, ParameterValue>>[];
  /** Seconds after which no further trial is begun. Default: no limit. */
  readonly timeout?: number;
  /** Ends waiting: trials that have not begun are taken from the queue, running ones are left to their workers. */
  readonly signal?: AbortSignal;
  /** Each trial as it ends, those that ended before this call as well, in the order in which they did. */
  readonly onTrial?: (trial: TrialRecord, study: Study) => void;
  /** Told what is worth knowing meanwhile: that Redis does not answer, that no worker offers the objective. */
  readonly onMessage?: (text: Localized) => void;
  /** What all keys begin with. Default: `"torchlet"`. */
  readonly prefix?: string;
  /** Seconds without a sign of life after which a worker counts as lost; the same for all. Default: 60. */
  readonly lease?: number;
}

/** Jobs are added in pieces: Redis serves others in between. */
const PIECE = 500;

/**
 * Runs a study on the workers that listen to a Redis, and resolves when all its trials have ended; what objectives throw fails their trials and
 * ends nothing.
 *
 * It only adds jobs and watches: killed and called again with the same options, it goes on where the workers are by then. While Redis is away
 * it waits. The study that it resolves with is open: close it.
 *
 * @throws ValueError for bad options
 * @throws DataError where Redis refuses, does not answer at first, or has lost the study, and where workers refuse the jobs
 * @throws EngineError where bullmq or ioredis is not installed
 *
 * @example
 * // elsewhere, any number of times: torchlet worker --redis redis://host:6379 --objective ./objective.mjs
 * const study = await optimizeOnRedis({ url: "redis://host:6379", study: "first", objective: "objective", totalTrials: 100 });
 * study.bestParams;
 * await study.close();
 */
export async function optimizeOnRedis(options: RedisOptimizeOptions): Promise<Study> {
  const { objective, totalTrials, lease = 60, signal, timeout, enqueue = [], onMessage } = options;
  checkStudyName(options.study);
  checkObjectiveId(objective);
  checkTotal(totalTrials);
  const sampler = samplerOf(options.sampler);
  const pruner = prunerOf(options.pruner);
  const { Queue } = await loadBullMQ();
  const redis = await connectRedis({
    ...options,
    onStatus: (status) => {
      options.onStatus?.(status);
      onMessage?.(status.text);
    },
  });
  const log = RedisLog.over(redis, options, { closesConnection: true });
  const queue = new Queue(queueName(objective), { connection: redis, prefix: queuePrefix(options.prefix) });
  queue.on("error", () => {});
  try {
    const { direction, directions, seed, window, maxAttempts } = options;
    const study = await createStudy({
      name: options.study,
      log,
      lease,
      lost: log.lossDetector,
      loadIfExists: true,
      ...(sampler && { sampler }),
      ...(pruner && { pruner }),
      ...(direction && { direction }),
      ...(directions && { directions }),
      ...(seed !== undefined && { seed }),
      ...(window !== undefined && { window }),
      ...(maxAttempts !== undefined && { maxAttempts }),
    });
    for (const params of enqueue) await study.enqueueTrial(params, { skipIfExists: true });
    const run = new StudyRun(study, queue, options, lease);
    const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000;
    const wake = () => study.session.wake();
    signal?.addEventListener("abort", wake);
    try {
      await run.follow(() => signal?.aborted === true || performance.now() >= deadline);
    } finally {
      signal?.removeEventListener("abort", wake);
    }
    return study;
  } catch (error) {
    await log.close();
    throw error;
  }
}

class StudyRun {
  readonly #study: Study;
  readonly #queue: Queue;
  readonly #options: RedisOptimizeOptions;
  readonly #lease: number;
  #told = 0;
  #round = 0;
  /** Whether there ever was a worker, and how often in a row there was none. */
  #attended = false;
  #absences = 0;

  constructor(study: Study, queue: Queue, options: RedisOptimizeOptions, lease: number) {
    this.#study = study;
    this.#queue = queue;
    this.#options = options;
    this.#lease = lease;
  }

  async follow(stopped: () => boolean): Promise<void> {
    const { session } = this.#study;
    await session.refresh();
    this.#tell();
    if (this.#complete) return;
    await this.#addJobs();
    await this.#checkJobs();
    let checked = performance.now();
    while (!this.#complete) {
      if (stopped()) return this.#takeBack();
      await session.changed(Math.min(1000, this.#lease * 250));
      this.#tell();
      await session.reclaim();
      if (performance.now() - checked < this.#lease * 1000) continue;
      await this.#checkJobs();
      checked = performance.now();
    }
    this.#tell();
  }

  /** How many trials there will be: a grid may have fewer than were asked for, and trials enqueued by hand are run in any case. */
  get #total(): number {
    const { sampler, session } = this.#study;
    const { totalTrials } = this.#options;
    const { trialLimit } = sampler;
    const { enqueuedCount, entries } = session.state;
    const limit = trialLimit === undefined ? totalTrials : Math.min(totalTrials, trialLimit + enqueuedCount);
    return Math.max(limit, entries.length);
  }

  get #complete(): boolean {
    const { endedPrefix, entries } = this.#study.session.state;
    return entries.length >= this.#total && endedPrefix === entries.length;
  }

  #tell(): void {
    const { ended, entries } = this.#study.session.state;
    for (; this.#told < ended.length; this.#told++) {
      this.#options.onTrial?.(entries[ended[this.#told]!]!.record, this.#study);
    }
  }

  /** A job for each trial; those that are there already stay as they are. */
  async #addJobs(): Promise<void> {
    const { study, objective, options = null, sampler = null, pruner = null, totalTrials } = this.#options;
    const data: TrialJob = { version: 1, study, objective, options, sampler, pruner, trials: totalTrials };
    const total = this.#total;
    for (let from = 0; from < total; from += PIECE) {
      const slots = Array.from({ length: Math.min(PIECE, total - from) }, (_, i) => from + i);
      await this.#queue.addBulk(
        slots.map((slot) => ({
          name: study,
          data,
          opts: {
            jobId: jobId(study, slot, this.#round),
            // What goes wrong around a trial (not in it) is tried again by whoever is free, for some minutes.
            attempts: 100,
            backoff: { type: "fixed", delay: Math.min(5000, this.#lease * 250) },
            removeOnComplete: { age: 7 * 24 * 3600 },
            removeOnFail: { age: 7 * 24 * 3600 },
          },
        })),
      );
    }
  }

  /** Sees to it that there are jobs as long as there are trials to run, and workers to run them. */
  async #checkJobs(): Promise<void> {
    const { study, objective, onMessage } = this.#options;
    for (;;) {
      const alive = await this.#jobs();
      // In this order: a job goes after its trial has ended.
      await this.#study.session.refresh();
      if (this.#complete) return;
      if (alive.length > 0) break;
      const refused = (await this.#queue.getFailed(0, PIECE)).find((job) => job?.name === study);
      if (refused !== undefined) {
        // Otherwise the next call would find the same refusal.
        await this.#queue.remove(refused.id!);
        throw workersRefuse(study, refused.failedReason);
      }
      this.#round++;
      await this.#addJobs();
    }
    const attended = (await this.#queue.getWorkersCount()) > 0;
    this.#absences = attended ? 0 : this.#absences + 1;
    this.#attended ||= attended;
    // Workers that were there may be about to connect again.
    if (this.#absences !== (this.#attended ? 2 : 1)) return;
    onMessage?.({
      en: `no worker offers the objective ${objective} yet: torchlet worker --redis URL --objective FILE`,
      zh: `还没有工作者提供目标函数 ${objective}：torchlet worker --redis URL --objective FILE`,
    });
  }

  /** The study's jobs that have not ended. */
  async #jobs() {
    const jobs = await this.#queue.getJobs(["waiting", "active", "delayed", "prioritized"]);
    return jobs.filter((job) => job?.name === this.#options.study);
  }

  /** Trials that have not begun are not to begin; workers keep those they have. */
  async #takeBack(): Promise<void> {
    for (const job of await this.#jobs()) await this.#queue.remove(job.id!).catch(() => {});
  }
}

function workersRefuse(study: string, reason: string): DataError {
  return new DataError("redis-refused-job", {
    path: `study ${study}`,
    rule: {
      en: `a worker could not do what its job asks for: ${reason}`,
      zh: `工作者无法完成任务：${reason}`,
    },
    hint: {
      en: "do the workers have the same version of torchlet?",
      zh: "工作者的 torchlet 版本是否相同？",
    },
  });
}

function checkTotal(totalTrials: number): void {
  if (Number.isSafeInteger(totalTrials) && totalTrials >= 0) return;
  throw new ValueError("count", {
    path: "optimizeOnRedis",
    rule: {
      en: `totalTrials must be an integer of at least 0, got ${totalTrials}`,
      zh: `totalTrials 必须是不小于 0 的整数，得到 ${totalTrials}`,
    },
    expected: ">= 0",
    received: totalTrials,
  });
}
