// A search whose trials run on threads.
import { availableParallelism } from "node:os";
import { TrialLost } from "../study/lost.js";
import { checkCount, createWarning, refuse } from "../study/messages.js";
import type { OptimizeOptions } from "../study/optimize.js";
import type { Study } from "../study/study.js";
import type { ObjectiveModule } from "./objective-module.js";
import { ObjectiveThreads, type ThreadOptions } from "./objective-threads.js";

/** Options of `optimizeParallel`. */
export interface ParallelOptions extends OptimizeOptions, ThreadOptions {
  /** How many trials run at a time, each on a thread of its own. Default: as many as the machine has processors. */
  readonly jobs?: number;
}

/**
 * `study.optimize` with trials on threads: several at a time, while the main thread stays free.
 *
 * In a study with a window of at least `jobs`, the same seed gives the same trials for any number of jobs. A thread that dies
 * (`process.exit`, no memory left, an error that nobody caught) is replaced, and its trial run again, up to the study's
 * `maxAttempts`. After `signal` a trial that does not end within `grace` seconds goes back to waiting.
 *
 * @throws ValueError where the module cannot be loaded, and for bad options; else as `study.optimize`
 *
 * @example
 * const objective = { module: new URL("./objective.js", import.meta.url), options: { epochs: 5 } };
 * await optimizeParallel(study, objective, { nTrials: 40, jobs: 2 });
 */
export async function optimizeParallel(
  study: Study,
  objective: ObjectiveModule,
  options: ParallelOptions = {},
): Promise<void> {
  const { jobs = availableParallelism(), nTrials, totalTrials, signal, threadsPerJob = 1, grace = 1 } = options;
  checkCount("optimizeParallel", "jobs", jobs, 1);
  checkCount("optimizeParallel", "threadsPerJob", threadsPerJob, 1);
  if (!(grace >= 0)) {
    refuse(
      "grace",
      "optimizeParallel",
      `grace must not be negative (seconds), got ${grace}`,
      `grace 不能为负（秒），得到 ${grace}`,
      { received: grace },
    );
  }
  const useful = Math.min(jobs, nTrials ?? jobs, totalTrials ?? jobs, study.window ?? jobs);
  const count = useful > 0 && signal?.aborted !== true ? useful : 0;
  const threads = await ObjectiveThreads.start(objective, count, options);
  try {
    await study.optimize(
      async (trial) => {
        try {
          return await threads.objective(trial);
        } catch (error) {
          if (error instanceof TrialLost && !trial.signal.aborted) {
            study.warn(
              createWarning("trial-lost", {
                en: `trial ${trial.number}: ${error.message}`,
                zh: `试验 ${trial.number}：运行它的线程已结束（${error.message}）`,
              }),
            );
          }
          throw error;
        }
      },
      { ...options, jobs: Math.max(count, 1) },
    );
  } finally {
    await threads.close();
  }
}
