// How a search goes, for a terminal: a bar that moves with every epoch, a record for every trial.
import type { Study, TrialRecord } from "@torchlet/search";
import type { Report } from "../../report/report.js";
import { historyChart } from "../../report/study/index.js";
import { bestOf, lastReported } from "../../report/study/study-records.js";
import { recordsOf } from "./show-study.js";

/** What the bar is about. */
export interface SearchSize {
  /** Trials of the study in all. */
  readonly total: number;
  /** Reports of a whole trial. */
  readonly steps: number;
  /** What the objective's value is called. */
  readonly objective: string;
}

const interval = 250;

/** Looks at the study some times a second, however its trials run, and tells a report. */
export class SearchProgress {
  readonly #study: Study;
  readonly #size: SearchSize;
  readonly #report: Report;
  readonly #begun = performance.now();
  readonly #doneBefore: number;
  readonly #timer: NodeJS.Timeout;

  constructor(study: Study, size: SearchSize, report: Report) {
    this.#study = study;
    this.#size = size;
    this.#report = report;
    this.#doneBefore = this.#done();
    this.#timer = setInterval(() => this.#show(), interval).unref();
  }

  /**
   * Tells how a trial ended.
   *
   * @param study where it is known already
   */
  ended(trial: TrialRecord, study = this.#study): void {
    const value = trial.state === "complete" ? trial.values![0]! : lastReported(trial);
    const best = bestOf(study)?.value;
    this.#report.metrics({
      trial: trial.number,
      ...(value === undefined ? {} : { [this.#size.objective]: value }),
      ...(best === undefined ? {} : { best }),
      ...(trial.state === "pruned" ? { prunedAfter: trial.intermediate.size } : {}),
      ...(trial.finishedAt === null || trial.startedAt === null
        ? {}
        : { seconds: (trial.finishedAt - trial.startedAt) / 1000 }),
    });
    this.#report.figure(historyChart(recordsOf(study)));
    this.#show();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Trials' worth of work that is done: a running one counts as far as it has reported. */
  #done(): number {
    let done = 0;
    for (const { state, intermediate } of this.#study.trials) {
      if (state === "complete" || state === "pruned" || state === "failed") done++;
      else if (state === "running") done += Math.min(1, intermediate.size / this.#size.steps);
    }
    return done;
  }

  #show(): void {
    const { total } = this.#size;
    const done = this.#done();
    const trials = this.#study.trials;
    const ended = trials.filter(({ finishedAt }) => finishedAt !== null).length;
    const running = trials.filter(({ state }) => state === "running").length;
    const best = bestOf(this.#study)?.value;
    const here = done - this.#doneBefore;
    const seconds = (performance.now() - this.#begun) / 1000;
    this.#report.progress({
      label: {
        en: `${ended} of ${total} trials, ${running} running`,
        zh: `已完成 ${ended} / ${total} 次试验，${running} 次运行中`,
      },
      done,
      total,
      ...(best === undefined ? {} : { values: { best } }),
      ...(here > 0 ? { secondsLeft: (seconds / here) * Math.max(0, total - done) } : {}),
    });
  }
}
