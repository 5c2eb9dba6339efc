// A search whose trials run on other machines: the study lies on a Redis, `torchlet worker` runs its trials.
import { type CreateStudyOptions, createStudy, type Study } from "@torchlet/search";
import type { ClassSpec } from "@torchlet/search/redis";
import { localize } from "torchlet";
import { type ThreadSetup, threadOptions } from "../../search/thread-setup.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";
import type { SearchProgress } from "./search-progress.js";
import type { Grid, PrunerName, SamplerName } from "./strategies.js";

/** Where a study is on a Redis. */
export interface RedisPlace {
  readonly url: string;
  /** The study's name there. */
  readonly study: string;
}

/** The name under which workers offer the models' objective: that of its file. */
const objectiveName = "search-objective";

/** Makes the study, or goes on with it, on a Redis. */
export async function openOnRedis(place: RedisPlace, options: CreateStudyOptions, resume: boolean): Promise<Study> {
  // Not before it is asked for: the packages behind it are optional.
  const { RedisLog } = await import("@torchlet/search/redis");
  const log = await RedisLog.open(place);
  try {
    const study = await createStudy({ ...options, name: place.study, log, lost: log.lossDetector, loadIfExists: true });
    if (study.trials.length > 0 && !resume) {
      throw new UsageError("study-exists", {
        path: place.study,
        rule: { en: "there is a study of this name on that Redis", zh: "该 Redis 上已有同名研究" },
        hint: { en: "add --resume to go on with it, or choose another name", zh: "加上 --resume 以继续，或换一个名称" },
      });
    }
    return study;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** What is needed to run the trials. */
export interface RedisRun {
  readonly place: RedisPlace;
  readonly sampler: SamplerName;
  readonly pruner: PrunerName;
  readonly grid: Grid | undefined;
  /** Reports of a whole trial. */
  readonly steps: number;
  readonly trials: number;
  readonly timeout: number | undefined;
  readonly thread: ThreadSetup;
}

/** Puts trials on the queue, and follows them until all have ended. */
export async function runOnRedis(
  study: Study,
  run: RedisRun,
  session: Session,
  progress: SearchProgress,
): Promise<void> {
  const { optimizeOnRedis } = await import("@torchlet/search/redis");
  const { report, signal } = session;
  report.text({
    en: `Trials run where this does: torchlet worker --redis ${masked(run.place.url)}`,
    zh: `试验由运行以下命令的机器执行：torchlet worker --redis ${masked(run.place.url)}`,
  });
  // What this process sees of the study, for the bar.
  const look = setInterval(() => void study.refresh().catch(() => {}), 500);
  try {
    const followed = await optimizeOnRedis({
      ...run.place,
      objective: objectiveName,
      options: threadOptions(run.thread),
      directions: study.directions,
      totalTrials: run.trials,
      sampler: samplerSpec(run.sampler, run.grid),
      pruner: prunerSpec(run.pruner, run.steps),
      signal,
      ...(run.timeout === undefined ? {} : { timeout: run.timeout }),
      onTrial: (trial, followed) => progress.ended(trial, followed),
      onMessage: (text) => report.warn(text),
    });
    await followed.close();
  } finally {
    clearInterval(look);
    await study.refresh();
  }
}

/** The same choices as `makeSampler` makes, by name. */
function samplerSpec(name: SamplerName, grid: Grid | undefined): ClassSpec {
  switch (name) {
    case "tpe":
      return { name: "TPESampler" };
    case "gp":
      return { name: "GPSampler" };
    case "grid":
      return { name: "GridSampler", options: grid ?? {} };
    case "qmc":
      return { name: "QMCSampler" };
    case "random":
    case "manual":
      return { name: "RandomSampler" };
    default:
      return name satisfies never;
  }
}

function prunerSpec(name: PrunerName, steps: number): ClassSpec {
  switch (name) {
    case "none":
      return { name: "NopPruner" };
    case "asha":
      return { name: "SuccessiveHalvingPruner", options: { minResource: 1, reductionFactor: 3 } };
    case "hyperband":
      return { name: "HyperbandPruner", options: { minResource: 1, maxResource: steps, reductionFactor: 3 } };
    case "median":
      return { name: "MedianPruner" };
    default:
      return name satisfies never;
  }
}

/** How a search on a Redis is gone on with. */
export function resumeOnRedis(model: string, { url, study }: RedisPlace): string {
  return `${localize({ en: "Go on with the same options and: ", zh: "用相同的选项继续：" })}torchlet search ${model} --redis ${masked(url)} --study ${study} --resume`;
}

/** Without the password. */
const masked = (url: string) => url.replace(/\/\/[^@/]*@/, "//***@");
