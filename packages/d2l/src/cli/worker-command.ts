// `torchlet worker`: runs trials of studies that other machines have put on a Redis.
import type { RedisWorkerOptions, WorkerMessage } from "@torchlet/search/redis";
import { type Command, Option } from "commander";
import { type Localized, localize } from "torchlet";
import { Interruption } from "./interruption.js";
import { flagsFor } from "./option-flags.js";
import type { Output } from "./output.js";
import { missingValue, UsageError } from "./usage-error.js";

/** Modules with objectives that every worker offers, beside those of `--objective`. */
export const builtInObjectives: readonly URL[] = [new URL("./search-objective.js", import.meta.url)];

const numbers = {
  jobs: {
    type: "integer",
    default: 1,
    min: 1,
    max: 256,
    help: { en: "trials at a time, each on a thread of its own", zh: "同时运行的试验数，每个试验一个线程" },
  },
  threadsPerJob: {
    type: "integer",
    default: 1,
    min: 1,
    max: 256,
    help: { en: "threads that a trial computes with", zh: "每个试验计算所用的线程数" },
  },
  lease: {
    type: "number",
    default: 60,
    min: 1,
    help: {
      en: "seconds of silence after which a worker counts as lost; the same on all machines",
      zh: "无应答多少秒后视为丢失；所有机器须相同",
    },
  },
  grace: {
    type: "number",
    default: 20,
    min: 0,
    help: {
      en: "seconds that running trials are given when the worker is to stop; then they go back",
      zh: "停止时留给运行中试验的秒数；超过则交还",
    },
  },
} as const;

/** The options of the command, and what it does. */
export function defineWorkerCommand(command: Command, out: Output, done: (exitCode: number) => void): Command {
  command
    .addOption(
      textOption(
        "--redis <url>",
        localize({
          en: "redis://[user:password@]host:port, or rediss:// for TLS (default: TORCHLET_REDIS, which ps does not show)",
          zh: "redis://[用户:密码@]主机:端口，TLS 用 rediss://（默认取环境变量 TORCHLET_REDIS，ps 看不到）",
        }),
      ),
    )
    .addOption(
      textOption(
        `--objective ${localize({ en: "<file>", zh: "<文件>" })}`,
        localize({
          en: "module whose exported functions may be run; may be given several times",
          zh: "模块文件，其导出的函数可被运行；可多次给出",
        }),
        (text, earlier) => [...(earlier ?? []), text],
      ),
    )
    .addOption(textOption("--prefix <text>", localize({ en: "what keys in Redis begin with", zh: "Redis 键的前缀" })));
  for (const [name, spec] of Object.entries(numbers)) for (const flag of flagsFor(name, spec)) command.addOption(flag);
  return command.action(async (options: Record<string, unknown>) => {
    const url = (options["redis"] as string | undefined) ?? process.env["TORCHLET_REDIS"];
    if (url === undefined || url === "") throw missingRedis();
    const modules = [...builtInObjectives, ...((options["objective"] as readonly string[] | undefined) ?? [])];
    const { jobs, threadsPerJob, lease, grace, prefix } = options as unknown as RedisWorkerOptions;
    done(await runWorker({ url, modules, jobs, threadsPerJob, lease, grace, prefix }, out));
  });
}

/** Works until a signal says to stop, and returns 0 when everything is finished or given back. */
async function runWorker(options: RedisWorkerOptions, out: Output): Promise<number> {
  const say = (text: Localized) => out.write(`${localize(text)}\n`);
  let stop = () => {};
  const interruption = new Interruption({
    onFirst: () => {
      say({
        en: `Stopping: no more trials; those that run have ${options.grace} s. Again to quit at once.`,
        zh: `正在停止：不再接受试验；运行中的试验还有 ${options.grace} 秒。再次发出信号则立即退出。`,
      });
      stop();
    },
    onSecond: () => {},
  });
  try {
    // Not before it is asked for: the packages behind it are optional.
    const { startWorker } = await import("@torchlet/search/redis");
    const worker = await startWorker({ ...options, onMessage: (message) => say(described(message)) });
    stop = () => void worker.stop();
    if (interruption.signal.aborted) stop();
    await worker.stopped;
    return 0;
  } finally {
    interruption.dispose();
  }
}

function described({ kind, text }: WorkerMessage): Localized {
  return kind === "warning" ? { en: `warning: ${text.en}`, zh: `警告：${text.zh}` } : text;
}

/** An option with a text. The next option is none: a value was forgotten. */
function textOption(
  flags: string,
  help: string,
  collect: (text: string, earlier: readonly string[] | undefined) => unknown = (text) => text,
): Option {
  return new Option(flags, help).argParser((text, earlier) => {
    if (text === "" || text.startsWith("--")) throw missingValue(flags.split(" ")[0]!);
    return collect(text, earlier as readonly string[] | undefined);
  });
}

function missingRedis(): UsageError {
  return new UsageError("redis-missing", {
    path: "--redis",
    rule: { en: "which Redis?", zh: "使用哪个 Redis？" },
    expected: "redis://host:port",
    hint: {
      en: "--redis redis://host:6379, or TORCHLET_REDIS in the environment",
      zh: "--redis redis://主机:6379，或设置环境变量 TORCHLET_REDIS",
    },
  });
}
