// `torchlet run`: an experiment between its options and its reports.
import type { Experiment } from "../experiments/experiment.js";
import { runExperiment } from "../experiments/run-experiment.js";
import type { RunResult } from "../report/report.js";
import { fashionMnistSource } from "./data.js";
import { type CommonOptions, inSession, isStop, type Outputs, type Session } from "./session.js";

/** Runs an experiment and returns the exit code: 0, or that of the signal that stopped it. */
export function runCommand(
  experiment: Experiment,
  values: Record<string, unknown>,
  common: CommonOptions,
  outputs: Outputs,
): Promise<number> {
  const run = { experiment: experiment.id, title: experiment.title, options: values };
  return inSession(run, common, outputs, (session) => resultOf(experiment, values, session, common));
}

/** What the experiment returned; stopped before it had a result of its own, the records until then. */
async function resultOf(
  experiment: Experiment,
  values: Record<string, unknown>,
  { report, memory, signal }: Session,
  common: CommonOptions,
): Promise<RunResult> {
  try {
    const fashionMnist = fashionMnistSource({ data: common.data, signal, report });
    return await runExperiment(experiment, { report, signal, fashionMnist }, values);
  } catch (error) {
    if (!isStop(error, signal)) throw error;
    const { epoch: _, ...metrics } = memory.history.at(-1) ?? {};
    return {
      experiment: experiment.id,
      options: values,
      metrics,
      history: memory.history,
      checks: memory.checks,
      seconds: {},
      interrupted: true,
    };
  }
}
