// A study in a report: its best trials, its charts, all of its trials.
import { getParamImportances, type Study } from "@torchlet/search";
import { type Localized, TorchletError } from "torchlet";
import type { Report } from "../../report/report.js";
import { bestTable, type StudyRecords, studyCharts, trialTable } from "../../report/study/index.js";
import { searchModels } from "../../search/models.js";
import { setupOf } from "./study-setup.js";

/** Below so many complete trials, importance would be a guess. */
const leastForImportance = 10;

/** What charts need, with the names that the study's model gives its values. */
export function recordsOf(study: Study): StudyRecords {
  const setup = setupOf(study.userAttributes);
  const model = searchModels.find(({ id }) => id === setup?.model);
  const objectives: readonly Localized[] | undefined = model === undefined ? undefined : [model.objectiveName];
  return {
    trials: study.trials,
    directions: study.directions,
    ...(objectives === undefined ? {} : { objectives }),
  };
}

/** The records with the importance of parameters, where there are enough trials to tell. */
export function withImportance(study: Study): StudyRecords {
  const records = recordsOf(study);
  const complete = records.trials.filter(({ state }) => state === "complete").length;
  if (records.directions.length > 1 || complete < leastForImportance) return records;
  try {
    return { ...records, importance: getParamImportances(study) };
  } catch (error) {
    // Trials that have no parameter in common, or all the same value: nothing to be told.
    if (error instanceof TorchletError) return records;
    throw error;
  }
}

/** The best few trials and all charts; a terminal shows the most telling ones. */
export function showStudy(records: StudyRecords, report: Report): void {
  for (const figure of studyCharts(records)) report.figure(figure);
  if (records.directions.length === 1 && records.trials.some(({ state }) => state === "complete")) {
    report.table(bestTable(records));
  }
  report.table(trialTable(records));
}
