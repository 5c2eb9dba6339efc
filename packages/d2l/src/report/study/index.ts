// Charts of a study: all that its trials can show.
import type { Figure } from "../figure.js";
import { contourChart, contourNames } from "./contour-chart.js";
import { distributionChart } from "./distribution-chart.js";
import { historyChart } from "./history-chart.js";
import { importanceChart } from "./importance-chart.js";
import { learningCurvesChart } from "./learning-curves-chart.js";
import { parallelChart } from "./parallel-chart.js";
import { paretoChart } from "./pareto-chart.js";
import { sliceChart } from "./slice-chart.js";
import { parameterNames, type StudyRecords, withValue } from "./study-records.js";
import { timelineChart } from "./timeline-chart.js";

export { contourChart } from "./contour-chart.js";
export { distributionChart } from "./distribution-chart.js";
export { historyChart } from "./history-chart.js";
export { importanceChart } from "./importance-chart.js";
export { learningCurvesChart } from "./learning-curves-chart.js";
export { parallelChart } from "./parallel-chart.js";
export { paretoChart } from "./pareto-chart.js";
export { sliceChart } from "./slice-chart.js";
export type { StudyRecords } from "./study-records.js";
export { timelineChart } from "./timeline-chart.js";
export { bestTable, trialTable } from "./trial-table.js";

/**
 * The charts that a study has something to show in, in the order of a report: history (or the Pareto front), importance, slices, contours,
 * parallel coordinates, learning curves, distribution, timeline.
 *
 * @example
 * for (const figure of studyCharts({ trials: study.trials, directions: study.directions })) report.figure(figure);
 */
export function studyCharts(study: StudyRecords): Figure[] {
  const ended = withValue(study);
  const names = parameterNames(study);
  const alone = study.directions.length === 1;
  const reported = study.trials.some(({ intermediate }) => intermediate.size > 1);
  return [
    ...(alone ? [] : [paretoChart(study)]),
    historyChart(study),
    ...(study.importance === undefined || Object.keys(study.importance).length === 0
      ? []
      : [importanceChart(study.importance)]),
    ...(alone && ended.length > 0 && names.length > 0 ? [sliceChart(study)] : []),
    ...(alone && ended.length > 2 && contourNames(study).length > 1 ? [contourChart(study)] : []),
    ...(alone && ended.length > 0 && names.length > 1 ? [parallelChart(study)] : []),
    ...(reported ? [learningCurvesChart(study)] : []),
    ...(alone && ended.length > 1 ? [distributionChart([{ study }])] : []),
    ...(study.trials.some(({ startedAt }) => startedAt !== null) ? [timelineChart(study)] : []),
  ];
}
