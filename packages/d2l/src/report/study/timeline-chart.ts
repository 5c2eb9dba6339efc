// When each trial ran, and on which worker.
import type { TrialState } from "@torchlet/search";
import { type Localized, localize } from "torchlet";
import type { PlotFigure } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { type StudyRecords, trialTitle } from "./study-records.js";

const states: readonly { readonly state: TrialState; readonly label: Localized; readonly color: string }[] = [
  { state: "complete", label: { en: "complete", zh: "完成" }, color: "C0" },
  { state: "pruned", label: { en: "pruned", zh: "剪枝" }, color: "C1" },
  { state: "failed", label: { en: "failed", zh: "失败" }, color: "C3" },
  { state: "running", label: { en: "running", zh: "运行中" }, color: "C2" },
];

/** A row a worker, a bar a trial; a running one reaches to the last thing that is known of the study. */
export function timelineChart(study: StudyRecords): PlotFigure {
  const begun = study.trials.filter(({ startedAt }) => startedAt !== null);
  const start = Math.min(...begun.map(({ startedAt }) => startedAt!));
  const workers = [...new Set(begun.map(({ worker }) => worker ?? ""))];
  const end = Math.max(...begun.map(({ startedAt, finishedAt }) => finishedAt ?? startedAt!), start + 1);
  const minutes = end - start > 300_000;
  const unit = minutes ? 60_000 : 1000;
  return {
    kind: "plot",
    id: "timeline",
    caption: localize({ en: "When trials ran", zh: "试验的时间分布" }),
    detail: true,
    figsize: [7, Math.max(2, 1.1 + workers.length * 0.4)],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: minutes ? localize({ en: "minutes", zh: "分钟" }) : localize({ en: "seconds", zh: "秒" }),
        xlim: [0, begun.length === 0 ? 1 : (end - start) / unit],
        ylim: [-0.6, Math.max(1, workers.length) - 0.4],
        yticks: workers.map((_, at) => ({ at, label: localize({ en: `worker ${at + 1}`, zh: `工作者 ${at + 1}` }) })),
        series: [],
        marks: states.flatMap(({ state, label, color }) => {
          const shown = begun.filter((trial) => trial.state === state);
          if (shown.length === 0) return [];
          return [
            {
              kind: "rectangles" as const,
              color,
              label: localize(label),
              x: shown.map(({ startedAt, finishedAt }) => {
                const from = (startedAt! - start) / unit;
                const to = ((finishedAt ?? end) - start) / unit;
                // A sliver between neighbours, so that each is seen as one.
                return [from, Math.max(from, to - (end - start) / unit / 900)] as const;
              }),
              y: shown.map(({ worker }) => {
                const at = workers.indexOf(worker ?? "");
                return [at - 0.35, at + 0.35] as const;
              }),
              titles: shown.map((trial) => trialTitle(trial, trial.values?.[0], formatNumber)),
            },
          ];
        }),
      },
    ],
  };
}
