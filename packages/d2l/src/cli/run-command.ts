// `torchlet run`: an experiment between its options and its reports.
import type { Experiment } from "../experiments/experiment.js";
import { runExperiment, runInfo } from "../experiments/run-experiment.js";
import { fashionMnistSource, housesSource } from "./data.js";
import { type CommonOptions, inSession, type Outputs, untilStopped } from "./session.js";

/** Runs an experiment and returns the exit code: 0, or that of the signal that stopped it. */
export function runCommand(
  experiment: Experiment,
  values: Record<string, unknown>,
  common: CommonOptions,
  outputs: Outputs,
): Promise<number> {
  const run = runInfo(experiment, values);
  return inSession(run, common, outputs, (session) =>
    untilStopped(session, run, () => {
      const { report, signal } = session;
      const fashionMnist = fashionMnistSource({ data: common.data, signal, report });
      const houses = housesSource({ data: common.data, report });
      return runExperiment(experiment, { report, signal, fashionMnist, houses }, values);
    }),
  );
}
