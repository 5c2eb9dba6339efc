// The Pareto front of a study with several objectives: trials that no other beats in everything.
import { paretoFront } from "@torchlet/search";
import { localize } from "torchlet";
import type { Panel, PlotFigure } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { objectiveName, type StudyRecords, trialTitle } from "./study-records.js";

/** A panel a pair of objectives; those of the front coloured, all others grey. */
export function paretoChart(study: StudyRecords): PlotFigure {
  const count = study.directions.length;
  const ended = study.trials.filter(
    ({ state, values }) => state === "complete" && values?.length === count && values.every(Number.isFinite),
  );
  const front = new Set(paretoFront(ended, study.directions).map(({ number }) => number));
  const pairs: (readonly [number, number])[] = [];
  for (let x = 0; x < count; x++) for (let y = x + 1; y < count; y++) pairs.push([x, y]);
  const columns = Math.min(2, Math.max(1, pairs.length));
  const rows = Math.max(1, Math.ceil(pairs.length / columns));
  const panel = ([x, y]: readonly [number, number]): Panel => {
    const dots = (isBest: boolean) => {
      const shown = ended.filter(({ number }) => front.has(number) === isBest);
      return {
        kind: "dots" as const,
        color: isBest ? "C3" : "C7",
        x: shown.map(({ values }) => values![x]!),
        y: shown.map(({ values }) => values![y]!),
        titles: shown.map((trial) => `${trialTitle(trial, undefined, formatNumber)}`),
        label: isBest
          ? localize({ en: "Pareto front", zh: "帕累托前沿" })
          : localize({ en: "dominated", zh: "被支配" }),
        size: isBest ? 3.5 : 2.5,
      };
    };
    return {
      xlabel: objectiveName(study, x),
      ylabel: objectiveName(study, y),
      series: [],
      marks: [dots(false), dots(true)],
    };
  };
  return {
    kind: "plot",
    id: "pareto",
    caption: localize({ en: "Pareto front", zh: "帕累托前沿" }),
    figsize: [5.5 * columns, 3.75 * rows],
    rows,
    columns,
    panels: pairs.map(panel),
  };
}
