// `torchlet study show`: a study from its journal, in the terminal, as JSON, as a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Study, TrialRecord } from "@torchlet/search";
import { type Localized, localize } from "torchlet";
import { writeFileWhole } from "../../report/files/atomic-file.js";
import { reportHtml } from "../../report/html.js";
import { MemoryReport } from "../../report/memory-report.js";
import type { RunResult } from "../../report/report.js";
import { reportFor } from "../../report/terminal-report.js";
import { showStudy, withImportance } from "../search/show-study.js";
import { openForReading } from "../search/study-file.js";
import { setupOf } from "../search/study-setup.js";
import { type Outputs, shortPath } from "../session.js";

/** Shows a study; changes nothing in it, so it may go on meanwhile. */
export async function showCommand(
  path: string,
  options: { readonly json?: boolean; readonly html?: string },
  { out }: Outputs,
): Promise<void> {
  const study = await openForReading(path);
  try {
    if (options.json) out.write(`${JSON.stringify(studyJson(study), null, 2)}\n`);
    if (options.html !== undefined) writeFileWhole(options.html, await page(study));
    if (options.json) return;
    const screen = reportFor(out);
    screen.start({ experiment: study.name, title: titleOf(study), options: settingsOf(study) });
    showStudy(withImportance(study), screen);
    await screen.finish(resultOf(study));
    if (options.html !== undefined) {
      screen.print([`${localize({ en: "Page: ", zh: "网页：" })}${shortPath(options.html)}`]);
    }
  } finally {
    await study.close();
  }
}

function titleOf(study: Study): Localized {
  return { en: `Study "${study.name}"`, zh: `研究“${study.name}”` };
}

function settingsOf(study: Study): Readonly<Record<string, unknown>> {
  const setup = setupOf(study.userAttributes);
  return {
    directions: study.directions.join(", "),
    seed: study.seed,
    ...(setup === undefined
      ? {}
      : { sampler: setup.sampler, pruner: setup.pruner, dataset: setup.dataset, ...setup.options, ...setup.fixed }),
  };
}

/** How many trials stand where, and the best value. */
function resultOf(study: Study): RunResult {
  const counts: Record<string, number> = {};
  for (const { state } of study.trials) counts[state] = (counts[state] ?? 0) + 1;
  const best = study.directions.length === 1 && (counts["complete"] ?? 0) > 0 ? study.bestTrial : undefined;
  return {
    experiment: study.name,
    options: settingsOf(study),
    metrics: { trials: study.trials.length, ...counts, ...(best === undefined ? {} : { best: best.values![0]! }) },
    history: [],
    checks: [],
    seconds: {},
    ...(best === undefined ? {} : { best: { trial: best.number, value: best.values![0]!, params: best.params } }),
  };
}

async function page(study: Study): Promise<string> {
  const report = new MemoryReport();
  report.start({ experiment: study.name, title: titleOf(study), options: settingsOf(study) });
  showStudy(withImportance(study), report);
  await report.finish(resultOf(study));
  const chartScript = readFileSync(
    createRequire(import.meta.url).resolve("echarts/dist/echarts.common.min.js"),
    "utf8",
  );
  return reportHtml(report, { chartScript });
}

/** Everything that the study holds, as JSON. Values that JSON does not know are null in it. */
function studyJson(study: Study) {
  const several = study.directions.length > 1;
  const complete = study.trials.some(({ state }) => state === "complete");
  return {
    name: study.name,
    directions: study.directions,
    seed: study.seed,
    window: study.window,
    userAttributes: study.userAttributes,
    best: !complete ? null : several ? study.bestTrials.map(({ number }) => number) : study.bestTrial.number,
    trials: study.trials.map(trialJson),
  };
}

function trialJson({ intermediate, ...trial }: TrialRecord) {
  return { ...trial, intermediate: Object.fromEntries(intermediate) };
}
