// The events of a study in a Redis stream, shared by any number of machines.
import type { Redis } from "ioredis";
import { DataError, ValueError } from "torchlet";
import { eventsToJson } from "../core/event-json.js";
import type { EventLog } from "../core/event-log.js";
import type { StudyEvent } from "../core/events.js";
import type { LossDetector } from "../study/session.js";
import { connectRedis, maskedUrl, type RedisConnectionOptions } from "./connection.js";
import { decodeEvents } from "./encoding.js";

/** Which study, and where. */
export interface RedisLogOptions extends RedisConnectionOptions {
  /** The study's name. */
  readonly study: string;
  /** What all keys begin with. Default: `"torchlet"`. */
  readonly prefix?: string;
  /** Seconds without a sign of life after which a worker counts as lost. Default: 60. */
  readonly lease?: number;
}

/** How many entries one answer brings at most: Redis serves others in between. */
const PAGE = 1000;

/** Answers of a Redis that is starting, busy or handing over to another: the next try may be answered. */
const PASSING = /^(LOADING|BUSY|TRYAGAIN|MASTERDOWN|CLUSTERDOWN|READONLY)/;

/**
 * Appends one batch, once. KEYS: stream, batches by writer. ARGV: writer, number of the batch (from 1), events.
 *
 * A batch that came already (its answer was lost with the connection, so it is sent again) is not appended again. Where the batch
 * before is missing, Redis has lost it: it was restarted without, or with an older, copy on disk.
 */
const APPEND = `
local last = tonumber(redis.call("HGET", KEYS[2], ARGV[1]) or "0")
local number = tonumber(ARGV[2])
if last >= number then return "again" end
if last < number - 1 then return "lost" end
redis.call("XADD", KEYS[1], "*", "events", ARGV[3])
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
return "kept"`;

/**
 * The log of a study on Redis: one stream, one entry a batch.
 *
 * A batch is appended by one script, so it is there as a whole or not at all, and once, however often it is sent. While Redis is away, `append`
 * and `read` wait; batches are sent in their order when it is back.
 *
 * What Redis keeps over its own restart is Redis's setting: `appendonly yes`; with `appendfsync always` also over a loss of power.
 *
 * @example
 * const log = await RedisLog.open({ url: "redis://localhost:6379", study: "mlp" });
 * const study = await loadStudy({ log });
 */
export class RedisLog implements EventLog {
  readonly #redis: Redis;
  readonly #path: string;
  readonly #stream: string;
  readonly #writers: string;
  readonly #writer = crypto.randomUUID();
  #batches = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #last = "0-0";
  #reading: Promise<unknown> = Promise.resolve();
  #blocking: Redis | null = null;
  #news: { readonly after: string; readonly promise: Promise<unknown> } | null = null;
  #waiting = 0;
  #closed = false;

  readonly #owned: boolean;
  readonly #lease: number;
  #answeredAt = 0;
  #answeringSince = 0;

  private constructor(redis: Redis, owned: boolean, options: RedisLogOptions) {
    this.#redis = redis;
    this.#owned = owned;
    this.#lease = options.lease ?? 60;
    this.#path = `${maskedUrl(options.url)}, study ${options.study}`;
    const { events, writers } = studyKeys(options);
    this.#stream = events;
    this.#writers = writers;
  }

  /**
   * @throws ValueError for a URL or a name that is none
   * @throws DataError where Redis refuses or does not answer within `connectTimeout`
   */
  static async open(options: RedisLogOptions): Promise<RedisLog> {
    checkStudyName(options.study);
    return new RedisLog(await connectRedis(options), true, options);
  }

  /** A log over a connection that there is already; `closesConnection` (default false): together with the log. @internal */
  static over(redis: Redis, options: RedisLogOptions, { closesConnection = false } = {}): RedisLog {
    return new RedisLog(redis, closesConnection, options);
  }

  /**
   * For `lost` of a study on this log: who was silent for a lease, while Redis has answered here without a long pause. After Redis was away,
   * or this machine asleep, everyone seems to have been silent.
   */
  readonly lossDetector: LossDetector = ({ silence }) => {
    const lease = this.#lease;
    const attention = this.#answeredAt - this.#answeringSince;
    return silence > lease && attention > lease ? `no sign of life for ${Math.round(silence)} s` : null;
  };

  append(events: readonly StudyEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    const text = eventsToJson(events);
    // One batch at a time: its number is right only if the one before is kept.
    const appended = this.#tail.then(() => this.#send(text));
    this.#tail = appended.catch(() => {});
    return appended;
  }

  async #send(text: string): Promise<void> {
    const number = this.#batches + 1;
    const answer = await this.#untilAnswered(() =>
      this.#redis.eval(APPEND, 2, this.#stream, this.#writers, this.#writer, number, text),
    );
    if (answer === "lost") throw this.#lost();
    this.#batches = number;
  }

  read(): Promise<readonly StudyEvent[]> {
    // One after the other: each begins where the one before ended.
    const read = this.#reading.then(() => this.#readOn());
    this.#reading = read.catch(() => {});
    return read;
  }

  async #readOn(): Promise<readonly StudyEvent[]> {
    const events: StudyEvent[] = [];
    for (;;) {
      const first = this.#last === "0-0";
      // From the entry that was read last, to see that it is still there.
      const entries = await this.#untilAnswered(() =>
        this.#redis.xrange(this.#stream, first ? "-" : this.#last, "+", "COUNT", PAGE),
      );
      if (!first && entries[0]?.[0] !== this.#last) throw this.#lost();
      for (const [id, fields] of first ? entries : entries.slice(1)) {
        events.push(...decodeEvents(fields[1] ?? "", this.#path));
        this.#last = id;
      }
      if (entries.length < PAGE) return events;
    }
  }

  async wait(milliseconds: number): Promise<void> {
    this.#checkOpen();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    this.#waiting++;
    try {
      await Promise.race([patience, this.#nextEntry()]);
    } finally {
      this.#waiting--;
      clearTimeout(timer);
    }
  }

  /** Resolves when there is an entry after the last one read. One question at a time, on a connection of its own, since it blocks. */
  #nextEntry(): Promise<unknown> {
    if (this.#news?.after === this.#last) return this.#news.promise;
    const after = this.#last;
    // An older question is answered by the next entry, or by the time; what it answers is of no interest.
    const before = this.#news?.promise ?? Promise.resolve();
    const promise = before
      .then(async () => {
        this.#blocking ??= this.#redis.duplicate().on("error", () => {});
        while (this.#waiting > 0 && this.#last === after && !this.#closed) {
          const answer = await this.#blocking.xread("COUNT", 1, "BLOCK", 1000, "STREAMS", this.#stream, after);
          if (answer !== null) return;
        }
      })
      .catch(() => {})
      .finally(() => {
        // Who waits next asks again.
        if (this.#news?.promise === promise) this.#news = null;
      });
    this.#news = { after, promise };
    return promise;
  }

  /** Closes the connection; what is being appended is sent first, unless Redis is away. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#redis.status === "ready") await this.#tail;
    this.#blocking?.disconnect();
    if (this.#owned) this.#redis.disconnect();
  }

  /** Sends until Redis answers; an answer that is an error is the end. What is sent may be sent twice. */
  async #untilAnswered<T>(send: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await send();
        const now = performance.now() / 1000;
        if (now - this.#answeredAt > Math.max(2, this.#lease / 2)) this.#answeringSince = now;
        this.#answeredAt = now;
        return answer;
      } catch (error) {
        if (this.#closed || this.#redis.status === "end") throw this.#closedError(error);
        if (!(error instanceof Error) || (error.name === "ReplyError" && !PASSING.test(error.message)))
          throw this.#refused(error);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw this.#closedError(undefined);
  }

  #closedError(cause: unknown): DataError {
    return new DataError("redis-closed", {
      path: this.#path,
      rule: { en: "the log is closed", zh: "日志已关闭" },
      cause,
    });
  }

  #refused(cause: unknown): DataError {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new DataError("redis-error", {
      path: this.#path,
      rule: { en: `Redis answers with an error: ${message}`, zh: `Redis 返回错误：${message}` },
      cause,
    });
  }

  #lost(): DataError {
    return new DataError("redis-lost", {
      path: this.#path,
      rule: {
        en: "Redis has lost events that it had kept: it came back without them, or they were deleted",
        zh: "Redis 丢失了曾保存的事件：它重启后没有恢复这些数据，或数据被删除",
      },
      hint: {
        en: "set appendonly yes in redis.conf (with appendfsync always not even a loss of power costs an event), then start the study again",
        zh: "在 redis.conf 中设置 appendonly yes（再设 appendfsync always 则断电也不丢事件），然后重新开始研究",
      },
    });
  }
}

/** The keys of a study; the braces keep them on one node of a cluster. */
export function studyKeys(options: { readonly study: string; readonly prefix?: string }): {
  readonly events: string;
  readonly writers: string;
} {
  const base = `${options.prefix ?? "torchlet"}:{${options.study}}`;
  return { events: `${base}:events`, writers: `${base}:writers` };
}

/** @throws ValueError for a name that is empty, or that Redis's tools and BullMQ's ids would misread */
export function checkStudyName(name: string): void {
  if (/^[^\s:{}]{1,200}$/u.test(name)) return;
  throw new ValueError("study-name", {
    path: "redis",
    rule: {
      en: `a study's name has 1 to 200 characters, none of them a space, a colon or a brace, got ${JSON.stringify(name)}`,
      zh: `研究名须有 1 至 200 个字符，不含空白、冒号与花括号，得到 ${JSON.stringify(name)}`,
    },
    received: name,
  });
}
