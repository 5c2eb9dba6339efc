// A connection to Redis: bounded patience for the first answer, none too little afterwards.
import type { Redis } from "ioredis";
import { DataError, type Localized, ValueError } from "torchlet";
import { loadIORedis } from "./load.js";

/** How to reach Redis. */
export interface RedisConnectionOptions {
  /** `redis://[user:password@]host[:port][/database]`, with TLS `rediss://`. */
  readonly url: string;
  /** Seconds within which the first connection must stand. Default: 10. */
  readonly connectTimeout?: number;
  /** Told when a connection that stood is lost, and when it stands again. */
  readonly onStatus?: (status: RedisStatus) => void;
}

/** Whether Redis answers. */
export interface RedisStatus {
  readonly state: "lost" | "restored";
  readonly text: Localized;
}

/** The URL without its password, for messages. */
export function maskedUrl(url: string): string {
  return url.replace(/^(\w+:\/\/)[^@/]*@/, "$1***@");
}

/** @throws ValueError for what is no `redis://` or `rediss://` URL */
export function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && ["redis:", "rediss:"].includes(parsed.protocol) && parsed.hostname !== "") return;
  throw new ValueError("redis-url", {
    path: "redis",
    rule: {
      en: `the URL must be redis://host:port or rediss://host:port, got ${maskedUrl(url)}`,
      zh: `URL 必须形如 redis://主机:端口 或 rediss://主机:端口，得到 ${maskedUrl(url)}`,
    },
    expected: "redis://[user:password@]host[:port][/database]",
    received: maskedUrl(url),
  });
}

/**
 * Connects, and resolves when Redis answers. From then on a lost connection is waited for without end: commands are kept and sent when
 * Redis is there again.
 *
 * @throws ValueError for a URL that is none
 * @throws DataError where Redis refuses the password, at once, or does not answer within `connectTimeout`
 */
export async function connectRedis(options: RedisConnectionOptions): Promise<Redis> {
  const { url, connectTimeout = 10, onStatus } = options;
  checkUrl(url);
  const Redis = await loadIORedis();
  const redis = new Redis(url, {
    // A command waits as long as Redis is away.
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(100 * times, 2000),
    connectTimeout: connectTimeout * 1000,
    // Notices within some 20 seconds that the other machine is gone without a word.
    keepAlive: 10_000,
    lazyConnect: true,
  });
  // Queues and logs that share the connection each listen to it.
  redis.setMaxListeners(0);
  await firstConnection(redis, url, connectTimeout);
  if (onStatus !== undefined) tellStatus(redis, url, onStatus);
  return redis;
}

function firstConnection(redis: Redis, url: string, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let last: Error | null = null;
    const fail = (error: Error) => {
      end();
      redis.on("error", () => {});
      redis.disconnect();
      reject(error);
    };
    const timer = setTimeout(() => fail(noAnswer(url, seconds, last)), seconds * 1000);
    const onError = (error: Error) => {
      last = error;
      if (isRefusal(error)) fail(refused(url, error));
    };
    const onReady = () => {
      end();
      // From now on errors are those of a connection that comes back; without a listener ioredis prints them.
      redis.on("error", () => {});
      resolve();
    };
    const end = () => {
      clearTimeout(timer);
      redis.off("error", onError);
      redis.off("ready", onReady);
    };
    redis.on("error", onError);
    redis.on("ready", onReady);
    redis.connect().catch(onError);
  });
}

const isRefusal = (error: Error) => /WRONGPASS|NOAUTH|NOPERM|invalid password/i.test(error.message);

function refused(url: string, cause: Error): DataError {
  return new DataError("redis-refused", {
    path: maskedUrl(url),
    rule: {
      en: `Redis refuses the user or the password (${cause.message})`,
      zh: `Redis 拒绝了用户名或密码（${cause.message}）`,
    },
    hint: { en: "redis://user:password@host:port", zh: "写法：redis://用户:密码@主机:端口" },
    cause,
  });
}

function noAnswer(url: string, seconds: number, cause: Error | null): DataError {
  const why = cause === null || cause.message === "" ? "" : ` (${cause.message})`;
  return new DataError("redis-unreachable", {
    path: maskedUrl(url),
    rule: { en: `no Redis answers within ${seconds} s${why}`, zh: `${seconds} 秒内没有 Redis 应答${why}` },
    hint: {
      en: "is redis-server running there, and does it listen to other machines (bind, protected-mode)?",
      zh: "那里是否运行着 redis-server，并接受其他机器的连接（bind、protected-mode）？",
    },
    cause: cause ?? undefined,
  });
}

function tellStatus(redis: Redis, url: string, tell: (status: RedisStatus) => void): void {
  const where = maskedUrl(url);
  let lost = false;
  redis.on("reconnecting", () => {
    if (lost) return;
    lost = true;
    tell({
      state: "lost",
      text: {
        en: `Redis at ${where} does not answer; waiting until it does`,
        zh: `Redis（${where}）没有应答；等待其恢复`,
      },
    });
  });
  redis.on("ready", () => {
    if (!lost) return;
    lost = false;
    tell({
      state: "restored",
      text: { en: `Redis at ${where} answers again`, zh: `Redis（${where}）已恢复` },
    });
  });
}
