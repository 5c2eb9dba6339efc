// `torchlet run --all`: every experiment after the other, one page with all claims in the end.
import { join } from "node:path";
import { localize } from "torchlet";
import { defaultOptions, type Experiment } from "../experiments/experiment.js";
import { runExperiment, runInfo } from "../experiments/run-experiment.js";
import { CompositeReport } from "../report/composite-report.js";
import { checkWritable, writeFileWhole } from "../report/files/atomic-file.js";
import { makeRunFolder } from "../report/files/run-folder.js";
import type { Report, RunResult } from "../report/report.js";
import { type BookEntry, bookHtml } from "./book-page.js";
import { ChapterScreen } from "./chapter-screen.js";
import { fashionMnistSource, housesSource } from "./data.js";
import { Interruption } from "./interruption.js";
import type { CommonOptions, Outputs } from "./session.js";

/** Options of `run --all`. */
export interface RunAllOptions extends CommonOptions {
  /** Each experiment with its quick options. */
  readonly quick: boolean;
}

/**
 * Runs all experiments, each with its own options, and goes on after one that fails.
 *
 * @returns 0 where every claim holds, 1 where one does not or an experiment failed, 128 and more after a signal
 */
export async function runAllCommand(
  experiments: readonly Experiment[],
  options: RunAllOptions,
  { out, err }: Outputs,
): Promise<number> {
  const toOutput = options.json === "-";
  if (options.json !== undefined && !toOutput) checkWritable(options.json);
  const time = new Date();
  const folder = options.files ? makeRunFolder(options.out, "chapter", time) : undefined;
  const screen = new ChapterScreen(toOutput ? err : out, experiments, options.quiet);
  const interruption = new Interruption({
    onFirst: () =>
      screen.print(
        localize({ en: "Stopping; Ctrl-C again quits at once.", zh: "正在停止；再按一次 Ctrl-C 立即退出。" }),
      ),
    onSecond: () => screen.close(),
  });
  const { signal } = interruption;
  const fashionMnist = fashionMnistSource({ data: options.data, signal, report: screen });
  const houses = housesSource({ data: options.data, report: screen });
  const entries: BookEntry[] = [];
  const begun = performance.now();
  try {
    for (const experiment of experiments) {
      if (signal.aborted) break;
      entries.push(await runOne(experiment, { ...options, folder, signal, fashionMnist, houses, screen }));
      if (folder !== undefined)
        writeFileWhole(join(folder, "index.html"), bookHtml(entries, { time, quick: options.quick }));
    }
  } finally {
    screen.close();
    interruption.dispose();
  }
  const seconds = (performance.now() - begun) / 1000;
  const results = entries.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const failures = entries.flatMap(({ experiment, error }) =>
    error === undefined ? [] : [{ experiment: experiment.id, error }],
  );
  const checks = results.flatMap((result) => result.checks);
  const held = checks.filter(({ ok }) => ok).length;
  if (options.json !== undefined) {
    const text = `${JSON.stringify({ quick: options.quick, held, failed: checks.length - held, failures, seconds, results }, null, 2)}\n`;
    if (toOutput) out.write(text);
    else writeFileWhole(options.json, text);
  }
  screen.summary(
    held,
    checks.length,
    failures.length,
    seconds,
    folder === undefined ? undefined : join(folder, "index.html"),
  );
  return interruption.exitCode ?? (held === checks.length && failures.length === 0 ? 0 : 1);
}

interface OneRun extends RunAllOptions {
  readonly folder: string | undefined;
  readonly signal: AbortSignal;
  readonly fashionMnist: ReturnType<typeof fashionMnistSource>;
  readonly houses: ReturnType<typeof housesSource>;
  readonly screen: ChapterScreen;
}

async function runOne(experiment: Experiment, run: OneRun): Promise<BookEntry> {
  const { screen, signal, fashionMnist, houses } = run;
  const values = { ...defaultOptions(experiment), ...(run.quick ? experiment.quick : {}) };
  const files =
    run.folder === undefined ? undefined : new (await import("../report/file-report.js")).FileReport(run.folder);
  const reports: Report[] = [...(files === undefined ? [] : [files]), screen];
  const report = new CompositeReport(reports, (error) => screen.warn(reasonOf(error)));
  try {
    report.start(runInfo(experiment, values));
    const result: RunResult = await runExperiment(experiment, { report, signal, fashionMnist, houses }, values);
    await report.finish(result);
    return { experiment, result, page: pageOf(run.folder, files?.folder) };
  } catch (error) {
    files?.abandon();
    const stopped = signal.aborted;
    if (!stopped) screen.failed(experiment, error);
    return { experiment, error: stopped ? undefined : reasonOf(error).en, page: undefined };
  }
}

/** The report's address as seen from the index page. */
function pageOf(base: string | undefined, folder: string | undefined): string | undefined {
  if (base === undefined || folder === undefined) return undefined;
  return `${encodeURIComponent(folder.slice(base.length + 1))}/report.html`;
}

function reasonOf(error: unknown) {
  const text = error instanceof Error ? error.message : String(error);
  return { en: text, zh: text };
}
