// Trials as a table.
import type { TrialRecord, TrialState } from "@torchlet/search";
import { type Localized, localize } from "torchlet";
import type { Table } from "../report.js";
import { labelOf } from "../text/labels.js";
import { formatDuration, formatNumber } from "../text/numbers.js";
import { parameterText } from "./parameter-axis.js";
import {
  isBetter,
  lastReported,
  objectiveName,
  parameterNames,
  type StudyRecords,
  withValue,
} from "./study-records.js";

const stateNames: Readonly<Record<TrialState, Localized>> = {
  waiting: { en: "waiting", zh: "等待" },
  running: { en: "running", zh: "运行中" },
  complete: { en: "complete", zh: "完成" },
  pruned: { en: "pruned", zh: "剪枝" },
  failed: { en: "failed", zh: "失败" },
};

/** Every trial with its values, parameters and seconds. */
export function trialTable(study: StudyRecords): Table {
  const caption = { en: `Trials (${study.trials.length})`, zh: `试验（${study.trials.length} 次）` };
  return { ...tableOf(study, study.trials, caption), detail: true };
}

/** The best few trials, the best first. */
export function bestTable(study: StudyRecords, count = 5): Table {
  const direction = study.directions[0] ?? "minimize";
  const best = withValue(study)
    .sort((a, b) => (isBetter(a.value, b.value, direction) ? -1 : isBetter(b.value, a.value, direction) ? 1 : 0))
    .slice(0, count)
    .map(({ trial }) => trial);
  return tableOf(study, best, { en: "The best trials", zh: "最好的几次试验" });
}

function tableOf(study: StudyRecords, trials: readonly TrialRecord[], caption: Localized): Table {
  const names = parameterNames(study);
  const same = (text: string): Localized => ({ en: text, zh: text });
  return {
    caption,
    columns: [
      { en: "trial", zh: "试验" },
      { en: "state", zh: "状态" },
      ...study.directions.map((_, index) => same(objectiveName(study, index))),
      ...names.map((name) => same(labelOf(name))),
      { en: "time", zh: "用时" },
    ],
    rows: trials.map((trial) => [
      trial.number,
      localize(stateNames[trial.state]),
      ...study.directions.map((_, index) => valueText(trial, index)),
      ...names.map((name) => parameterText(trial.params[name])),
      trial.startedAt === null || trial.finishedAt === null
        ? ""
        : formatDuration((trial.finishedAt - trial.startedAt) / 1000),
    ]),
  };
}

/** A pruned trial's last report stands in brackets: it is not what a whole trial would have reached. */
function valueText(trial: TrialRecord, objective: number): string {
  const value = trial.values?.[objective];
  if (value !== undefined && trial.state !== "pruned") return formatNumber(value);
  const reported = objective === 0 ? lastReported(trial) : undefined;
  return trial.state === "pruned" && reported !== undefined ? `(${formatNumber(reported)})` : "";
}
