// A study in a report: its best trials, its charts, all of its trials.
import type { Study } from "@torchlet/search";
import type { Localized } from "torchlet";
import type { Report } from "../../report/report.js";
import { bestTable, type StudyRecords, studyCharts, trialTable } from "../../report/study/index.js";
import { searchModels } from "../../search/models.js";
import { setupOf } from "./study-setup.js";

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

/** The best few trials and all charts; a terminal shows the most telling ones. */
export function showStudy(records: StudyRecords, report: Report): void {
  for (const figure of studyCharts(records)) report.figure(figure);
  if (records.directions.length === 1 && records.trials.some(({ state }) => state === "complete")) {
    report.table(bestTable(records));
  }
  report.table(trialTable(records));
}
