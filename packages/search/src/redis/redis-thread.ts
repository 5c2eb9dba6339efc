// The thread that runs trials: loads the worker's own modules, and replays the studies that jobs name.
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { Json } from "../core/trial-record.js";
import { type RunOutcome, runTrial } from "../study/run-trial.js";
import { StudySession } from "../study/session.js";
import { Study } from "../study/study.js";
import type { Trial } from "../study/trial.js";
import { connectRedis } from "./connection.js";
import type { TrialJob } from "./jobs.js";
import { RedisLog } from "./redis-log.js";
import { prunerOf, samplerOf } from "./specs.js";
import type { FromThread, JobOutcome, ThreadData, ToThread } from "./thread-messages.js";

/** What modules export: an objective that may also be given the JSON that the study was started with. */
type ModuleObjective = (
  trial: Trial,
  options: Json,
) => number | readonly number[] | Promise<number | readonly number[]>;

/** How many studies are kept in memory. */
const REPLICAS = 4;

const port = parentPort!;
const data = workerData as ThreadData;
const say = (message: FromThread) => port.postMessage(message);
const objectives = new Map<string, ModuleObjective>();
const sessions = new Map<string, StudySession>();

try {
  for (const module of data.modules) await load(module);
  if (objectives.size === 0) throw new Error("the modules export no function");
  const { url, connectTimeout, prefix, lease, worker } = data;
  const redis = await connectRedis({ url, connectTimeout });

  port.on("message", async ({ job }: ToThread) => {
    try {
      say({ type: "done", outcome: await runJob(job) });
    } catch (error) {
      // What has failed may be the replica here: the next job begins with a fresh one.
      await sessions.get(job.study)?.log.close();
      sessions.delete(job.study);
      const hopeless = ["no-study", "log-version", "class-spec", "redis-job"].includes(
        (error as { code?: string }).code ?? "",
      );
      say({ type: "broken", message: error instanceof Error ? error.message : String(error), hopeless });
    }
  });

  function sessionOf(study: string): StudySession {
    let session = sessions.get(study);
    if (session !== undefined) {
      // Last in line again.
      sessions.delete(study);
      sessions.set(study, session);
    } else {
      const log = RedisLog.over(redis, { url, study, lease, prefix: prefix ?? undefined });
      session = new StudySession(log, { worker, lease, lost: log.lossDetector });
      sessions.set(study, session);
      // A worker may live for months: studies that were not asked for lately are read again.
      if (sessions.size > REPLICAS) {
        const [oldest, its] = sessions.entries().next().value!;
        sessions.delete(oldest);
        void its.log.close();
      }
    }
    return session;
  }

  /** One trial to its end; those that others took from this worker meanwhile do not count. */
  async function runJob(job: TrialJob): Promise<JobOutcome> {
    const objective = objectives.get(job.objective)!;
    const session = sessionOf(job.study);
    const study = new Study(session, {
      sampler: samplerOf(job.sampler),
      pruner: prunerOf(job.pruner),
      onWarning: (warning) => say({ type: "warning", text: warning.message }),
    });
    for (;;) {
      const outcome: RunOutcome = await runTrial(study, (trial) => objective(trial, job.options), {
        limit: job.trials,
      });
      if (outcome.kind === "full") return { type: "full" };
      if (outcome.kind === "ended") {
        const { number, state, values } = outcome.trial;
        return { type: "ended", number, state, values };
      }
    }
  }

  say({ type: "ready", objectives: [...objectives.keys()] });
} catch (error) {
  say({ type: "unfit", message: error instanceof Error ? error.message : String(error) });
  port.close();
}

/** Exported functions under their names, the default export under the file's; of a default object its functions. */
async function load(url: string): Promise<void> {
  const exported: Record<string, unknown> = await import(url);
  for (const [name, value] of Object.entries(exported)) {
    if (name !== "default") add(name, value, url);
    else if (typeof value === "function") add(nameOfFile(url), value, url);
    else if (typeof value === "object" && value !== null)
      for (const [key, it] of Object.entries(value)) add(key, it, url);
  }
}

function nameOfFile(url: string): string {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return basename(path, extname(path));
}

function add(name: string, value: unknown, url: string): void {
  if (typeof value !== "function") return;
  if (objectives.has(name)) throw new Error(`two objectives are called ${name}; the second in ${url}`);
  objectives.set(name, value as ModuleObjective);
}
