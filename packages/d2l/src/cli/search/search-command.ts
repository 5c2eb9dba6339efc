// `torchlet search`: a study of a model between its options and its reports.
import { join } from "node:path";
import {
  type CreateStudyOptions,
  createStudy,
  type EventLog,
  MemoryLog,
  type OptimizeOptions,
  type Study,
  type TrialRecord,
} from "@torchlet/search";
import { JournalFile, optimizeParallel, workerOptions } from "@torchlet/search/node";
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Report, RunResult } from "../../report/report.js";
import type { StudyRecords } from "../../report/study/index.js";
import type { FixedParameters, ModelOptions, PreparedModel, SearchModel } from "../../search/search-model.js";
import { type ThreadSetup, threadOptions } from "../../search/thread-setup.js";
import { fashionMnistSource } from "../data.js";
import { type CommonOptions, inSession, isStop, type Outputs, type Session } from "../session.js";
import { openOnRedis, type RedisPlace, resumeOnRedis, runOnRedis } from "./on-redis.js";
import { SearchProgress } from "./search-progress.js";
import { showStudy, withImportance } from "./show-study.js";
import { type Grid, makePruner, makeSampler, type PrunerName, type SamplerName } from "./strategies.js";
import { resumeCommand, type StudyPlace, studyFileName } from "./study-file.js";
import { checkSame, type StudySetup, setupJson, setupKey, setupOf } from "./study-setup.js";

/** A search as the command line asks for it. */
export interface SearchRequest {
  readonly model: SearchModel;
  readonly options: ModelOptions;
  readonly fixed: FixedParameters;
  readonly sampler: SamplerName;
  readonly pruner: PrunerName;
  readonly grid?: Grid;
  /** Trials of the study in all. */
  readonly trials: number;
  readonly jobs: number;
  readonly seed: number;
  readonly enqueue: readonly FixedParameters[];
  /** Seconds. */
  readonly timeout?: number;
  readonly place: StudyPlace;
  /** Where trials are run by workers; `undefined`: here. */
  readonly redis?: RedisPlace;
  /** Whether the winner is held against the test set in the end. */
  readonly test: boolean;
}

/** Results are seen this many trials late: as many can run at a time, and still the seed alone decides what is tried. */
export const searchWindow = 4;

/** Runs a search and returns the exit code: 0, or that of the signal that stopped it. */
export function searchCommand(request: SearchRequest, common: CommonOptions, outputs: Outputs): Promise<number> {
  const { model, options, fixed, sampler, pruner, trials, jobs, seed } = request;
  const shown = { trials, sampler, pruner, jobs, seed, ...options, ...fixed };
  const run = { experiment: `search-${model.id}`, title: model.title, options: shown };
  return inSession(run, common, outputs, (session) => search(request, shown, session, common));
}

async function search(
  request: SearchRequest,
  shown: Readonly<Record<string, unknown>>,
  session: Session,
  common: CommonOptions,
): Promise<RunResult> {
  const { model, trials } = request;
  const { report, signal, folder, lastWords } = session;
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      seconds[name] = (performance.now() - begun) / 1000;
    }
  };
  const { redis } = request;
  const path =
    redis !== undefined
      ? undefined
      : (request.place.path ?? (folder === undefined ? undefined : join(folder, studyFileName)));
  const goOn =
    redis !== undefined ? resumeOnRedis(model.id, redis) : path === undefined ? undefined : howToGoOn(model, path);
  // One thread a trial: a trial then gives the same bits however many run beside it, with a BLAS too.
  torch.setNumThreads(1);
  const study = await openStudy(request, path, report);
  let dataset = "";
  let best: TrialRecord | undefined;
  const checks: RunResult["checks"][number][] = [];
  const metrics: Record<string, number> = {};
  try {
    const prepared = await timed("load", async () => {
      const images = await fashionMnistSource({
        data: common.data,
        signal,
        report,
        garments: model.garments(request.options),
      })();
      dataset = images.name;
      await keepSetup(study, request, dataset, redis?.study ?? path ?? "");
      return model.prepare({ options: request.options, fixed: request.fixed, splitSeed: study.seed }, images);
    });
    if (!request.place.exists) for (const params of request.enqueue) await study.enqueueTrial(params);
    const garments = dataset === "garments" ? model.garments(request.options) : null;
    await timed("search", () => runTrials(study, prepared, request, session, { garments, data: common.data ?? null }));
    const ended = study.trials.filter(({ state }) => state === "complete");
    best = ended.length > 0 ? study.bestTrial : undefined;
    Object.assign(metrics, countsOf(study));
    if (best !== undefined) metrics[model.objective] = best.values![0]!;
    showStudy(withImportance(study), report);
    if (best !== undefined && request.test && !signal.aborted) {
      const winner = best;
      await timed("evaluate", async () => {
        const check = await testWinner(prepared, study, winner, trials, metrics, session);
        if (check !== undefined) checks.push(check);
      });
    }
  } catch (error) {
    if (!isStop(error, signal)) {
      if (goOn !== undefined) lastWords.push(goOn);
      throw error;
    }
  } finally {
    await study.close();
  }
  if (goOn !== undefined && signal.aborted) lastWords.push(goOn);
  return {
    experiment: `search-${model.id}`,
    ...(dataset === "" ? {} : { dataset }),
    options: shown,
    metrics,
    history: session.memory.history,
    checks,
    seconds,
    ...(best === undefined ? {} : { best: { trial: best.number, value: best.values![0]!, params: best.params } }),
    ...(signal.aborted ? { interrupted: true } : {}),
  };
}

function howToGoOn(model: SearchModel, path: string): string {
  return `${localize({ en: "Go on with: ", zh: "继续搜索：" })}${resumeCommand(model.id, path)}`;
}

function openStudy(request: SearchRequest, path: string | undefined, report: Report): Promise<Study> {
  const { model, sampler, pruner, grid, options, seed, jobs, place, redis } = request;
  const how: CreateStudyOptions = {
    name: model.id,
    direction: model.direction,
    sampler: makeSampler(sampler, grid),
    pruner: makePruner(pruner, Number(options["epochs"] ?? 1)),
    seed,
    window: Math.max(searchWindow, jobs),
    onWarning: ({ text }) => report.warn(text),
  };
  if (redis !== undefined) return openOnRedis(redis, how, place.exists);
  const log: EventLog = path === undefined ? new MemoryLog() : JournalFile.open(path);
  return createStudy({ ...how, ...workerOptions(), log, loadIfExists: place.exists });
}

/** The study remembers on which terms it was begun; on others it is not gone on with. */
async function keepSetup(study: Study, request: SearchRequest, dataset: string, path: string): Promise<void> {
  const { model, options, fixed, sampler, pruner, trials, grid } = request;
  const now: StudySetup = {
    model: model.id,
    dataset,
    options,
    fixed,
    sampler,
    pruner,
    trials,
    ...(grid === undefined ? {} : { grid }),
  };
  const kept = setupOf(study.userAttributes);
  if (kept !== undefined) checkSame(path, kept, now);
  else await study.setUserAttr(setupKey, setupJson(now));
}

/** Runs what is left of the study's trials, and shows how it goes. */
async function runTrials(
  study: Study,
  prepared: PreparedModel,
  { model, trials, timeout, options, fixed, jobs, redis, sampler, pruner, grid }: SearchRequest,
  session: Session,
  source: Pick<ThreadSetup, "garments" | "data">,
): Promise<void> {
  const { report, signal } = session;
  const steps = typeof options["epochs"] === "number" ? options["epochs"] : 1;
  const progress = new SearchProgress(study, { total: trials, steps, objective: model.objective }, report);
  try {
    const how: OptimizeOptions = {
      totalTrials: trials,
      signal,
      catch: true,
      ...(timeout === undefined ? {} : { timeout }),
      callbacks: [(_, trial) => progress.ended(trial)],
    };
    const setup = { options, fixed, splitSeed: study.seed };
    if (redis !== undefined) {
      // Other machines have their data elsewhere.
      const thread = { model: model.id, setup, garments: source.garments, data: null };
      return await runOnRedis(
        study,
        { place: redis, sampler, pruner, grid, steps, trials, timeout, thread },
        session,
        progress,
      );
    }
    if (jobs === 1) return await study.optimize(prepared.objective, how);
    const module = new URL("./search-objective.js", import.meta.url);
    await optimizeParallel(
      study,
      { module, options: threadOptions({ model: model.id, setup, ...source }) },
      { ...how, jobs, threadsPerJob: 1 },
    );
  } finally {
    progress.close();
  }
}

/** How the trials ended. */
function countsOf({ trials }: { readonly trials: StudyRecords["trials"] }): Record<string, number> {
  const count = (state: TrialRecord["state"]) => trials.filter((trial) => trial.state === state).length;
  const [pruned, failed] = [count("pruned"), count("failed")];
  return {
    trials: count("complete") + pruned + failed,
    ...(pruned > 0 ? { pruned } : {}),
    ...(failed > 0 ? { failed } : {}),
  };
}

/** Trains the winner again from its seed, and looks at the test set, once. */
async function testWinner(
  prepared: PreparedModel,
  study: Study,
  best: TrialRecord,
  trials: number,
  metrics: Record<string, number>,
  { report, signal }: Session,
) {
  report.progress({ label: { en: "testing the winner", zh: "评估最佳试验" }, done: trials, total: trials });
  const { validation, test } = await prepared.evaluate(best.params, Number(best.userAttributes["seed"]), signal);
  metrics["testAccuracy"] = test;
  report.text({
    en: `The winner (trial ${best.number}) was trained again and held against the test set, which no trial has seen. Its validation accuracy chose it among ${study.trials.length} trials and is somewhat too good for that; the test accuracy is not.`,
    zh: `最佳试验（第 ${best.number} 次）被重新训练，并在任何试验都没有见过的测试集上评估一次。验证精度是从 ${study.trials.length} 次试验中选出的，因此略偏乐观；测试精度则不然。`,
  });
  const check = {
    claim: {
      en: "Trained again from its seed, the winner reaches the same validation accuracy",
      zh: "用相同的种子重新训练，最佳试验得到相同的验证精度",
    },
    expected: String(best.values![0]),
    actual: String(validation),
    ok: validation === best.values![0],
  };
  report.check(check);
  return check;
}
