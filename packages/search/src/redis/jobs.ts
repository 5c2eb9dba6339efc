// What a job on the queue says: which study, and which of the objectives that workers were started with. Names and JSON, no code.
import { DataError, ValueError } from "torchlet";
import type { Json } from "../core/trial-record.js";

/** A sampler or a pruner by the name of its class, with its options: `{ name: "TPESampler", options: { nStartupTrials: 20 } }`. */
export interface ClassSpec {
  readonly name: string;
  readonly options?: { readonly [key: string]: Json };
}

/** The data of one job: "run one trial of this study". */
export interface TrialJob {
  readonly version: 1;
  readonly study: string;
  readonly objective: string;
  readonly options: Json;
  readonly sampler: ClassSpec | null;
  readonly pruner: ClassSpec | null;
  /** How many trials the study has in all. */
  readonly trials: number;
}

/** The queue of an objective: only workers that were started with it listen there. */
export function queueName(objective: string): string {
  return `search-${objective}`;
}

/** The prefix of BullMQ's keys; the braces keep them on one node of a cluster. */
export function queuePrefix(prefix: string | undefined): string {
  return `{${prefix ?? "torchlet"}}`;
}

/** The same for the same study, trial and round, so that adding a job again adds nothing. */
export function jobId(study: string, slot: number, round: number): string {
  return round === 0 ? `${study}.${slot}` : `${study}.${slot}.${round}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSpec = (value: unknown): boolean =>
  value === null ||
  (isRecord(value) &&
    typeof value["name"] === "string" &&
    (value["options"] === undefined || isRecord(value["options"])));

/** @throws DataError for data that is no job of ours: whoever can write to Redis can write anything */
export function parseJob(data: unknown): TrialJob {
  if (
    isRecord(data) &&
    data["version"] === 1 &&
    typeof data["study"] === "string" &&
    typeof data["objective"] === "string" &&
    data["options"] !== undefined &&
    isSpec(data["sampler"]) &&
    isSpec(data["pruner"]) &&
    Number.isSafeInteger(data["trials"])
  ) {
    return data as unknown as TrialJob;
  }
  throw new DataError("redis-job", {
    path: "torchlet worker",
    rule: { en: "a job on the queue is none of ours", zh: "队列中的一项任务不属于本程序" },
    received: data,
    hint: {
      en: "do the machine that started the study and this one have the same version of torchlet?",
      zh: "启动研究的机器与本机的 torchlet 版本是否相同？",
    },
  });
}

/** @throws ValueError for a name that BullMQ's keys would not take */
export function checkObjectiveId(id: string): void {
  if (/^[^\s:{}]{1,100}$/u.test(id)) return;
  throw new ValueError("objective-id", {
    path: "redis",
    rule: {
      en: `an objective's name has 1 to 100 characters, none of them a space, a colon or a brace, got ${JSON.stringify(id)}`,
      zh: `目标函数名须有 1 至 100 个字符，不含空白、冒号与花括号，得到 ${JSON.stringify(id)}`,
    },
    received: id,
  });
}
