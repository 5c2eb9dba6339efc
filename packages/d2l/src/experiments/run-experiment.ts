// One run of an experiment: its options in, its result with all checks out.
import { ValueError } from "torchlet";
import type { Check, RunInfo, RunResult } from "../report/report.js";
import type { Wording } from "../report/text/wording.js";
import { corrections } from "./chapter/corrections.js";
import type { Experiment, ExperimentContext } from "./experiment.js";
import { onDisplay } from "./on-display.js";

/** What `report.start` is told of a run with these options. */
export function runInfo(experiment: Experiment, options: Readonly<Record<string, unknown>>): RunInfo {
  const { id, title, labels } = experiment;
  return { experiment: id, title, options, ...(labels === undefined ? {} : { labels }) };
}

/**
 * Runs an experiment, what the toolkit draws in its report, and puts its result together. `report.start` and `report.finish` are the caller's.
 *
 * @throws what the experiment throws
 *
 * @example
 * const options = defaultOptions(experiment);
 * report.start(runInfo(experiment, options));
 * const result = await runExperiment(experiment, { report, signal, fashionMnist }, options);
 * await report.finish(result);
 */
export async function runExperiment(
  experiment: Experiment,
  context: Omit<ExperimentContext, "check">,
  options: Readonly<Record<string, unknown>>,
): Promise<RunResult> {
  const checks: Check[] = [];
  const check = (id: string, actual: number | Wording, ok: boolean) => {
    const claim = experiment.claims[id];
    if (claim === undefined) {
      throw new ValueError("unknown-claim", {
        path: `experiment ${experiment.id}`,
        rule: { en: `there is no claim ${id}`, zh: `没有名为 ${id} 的论断` },
        expected: Object.keys(experiment.claims),
        received: id,
      });
    }
    const made: Check = { id, ...claim, actual, ok };
    checks.push(made);
    context.report.check(made);
  };
  const stated = corrections.filter(({ id }) => experiment.corrections?.includes(id));
  const begun = performance.now();
  const {
    dataset,
    metrics = {},
    history = [],
    seconds,
  } = await onDisplay(context.report, () => experiment.run({ ...context, check }, options as never));
  for (const { id, text } of stated) {
    context.report.text({ en: `Correction ${id}: ${text.en}`, zh: `更正 ${id}：${text.zh}` });
  }
  return {
    experiment: experiment.id,
    ...(dataset === undefined ? {} : { dataset }),
    options,
    metrics,
    history,
    checks,
    seconds: seconds ?? { total: (performance.now() - begun) / 1000 },
    ...(context.signal.aborted ? { interrupted: true } : {}),
  };
}
