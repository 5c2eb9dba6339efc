// `torchlet run`: an experiment between its options and its reports.
import { isAbsolute, join, relative } from "node:path";
import { localize } from "torchlet";
import type { Experiment } from "../experiments/experiment.js";
import { runExperiment } from "../experiments/run-experiment.js";
import { CompositeReport } from "../report/composite-report.js";
import type { FileReport } from "../report/file-report.js";
import { JsonReport } from "../report/json-report.js";
import { MemoryReport } from "../report/memory-report.js";
import { QuietReport } from "../report/plain-report.js";
import type { Report, RunResult } from "../report/report.js";
import { reportFor } from "../report/terminal-report.js";
import { fashionMnistSource } from "./data.js";
import { Interruption } from "./interruption.js";
import type { Output } from "./output.js";

/** The options that every experiment has. */
export interface CommonOptions {
  /** The folder with the data set. */
  readonly data?: string;
  /** A file for the result, or `-` for standard output. */
  readonly json?: string;
  /** The folder in which the run's own folder is made. */
  readonly out: string;
  readonly files: boolean;
  readonly quiet: boolean;
}

/** Where a command writes to. */
export interface Outputs {
  readonly out: Output;
  readonly err: Output;
}

/**
 * Runs an experiment and returns the exit code: 0, or that of the signal that stopped it.
 *
 * @throws what the experiment or a report threw, once the terminal is as it was
 */
export async function runCommand(
  experiment: Experiment,
  values: Record<string, unknown>,
  common: CommonOptions,
  { out, err }: Outputs,
): Promise<number> {
  const toOutput = common.json === "-";
  const screen = common.quiet ? new QuietReport(err) : reportFor(toOutput ? err : out);
  const files = common.files ? await fileReport(common.out) : undefined;
  const memory = new MemoryReport({ keepProgress: false });
  const reports: Report[] = [memory];
  if (common.json !== undefined) reports.push(new JsonReport(toOutput ? out : common.json));
  if (files !== undefined) reports.push(files);
  // Last: what it says in the end is true by then.
  reports.push(screen);
  const report = new CompositeReport(reports, (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    screen.warn({
      en: `${reason}; the run goes on without it.`,
      zh: `${reason}；运行继续，但不再写入它。`,
    });
  });

  const interruption = new Interruption({
    onFirst: () =>
      screen.print([
        localize({ en: "Stopping; Ctrl-C again quits at once.", zh: "正在停止；再按一次 Ctrl-C 立即退出。" }),
      ]),
    onSecond: () => screen.close(),
  });
  // Without a reader there is nothing to go on for; that is no mistake of the user's.
  (toOutput ? err : out).whenClosed(() => interruption.stop(0));

  try {
    report.start({ experiment: experiment.id, title: experiment.title, options: values });
    const result = await resultOf(experiment, values, report, memory, interruption, common);
    await report.finish(result);
  } catch (error) {
    screen.close();
    files?.abandon();
    if (files?.folder !== undefined) {
      err.write(
        `${localize({ en: "What was measured so far is in", zh: "目前为止测得的结果在" })} ${shortPath(files.folder)}\n`,
      );
    }
    throw error;
  } finally {
    interruption.dispose();
  }
  const where = [
    ...(files?.folder === undefined
      ? []
      : [[localize({ en: "Report", zh: "报告" }), join(files.folder, "report.html")] as const]),
    ...(common.json === undefined || toOutput ? [] : [[localize({ en: "Result", zh: "结果" }), common.json] as const]),
  ];
  if (!common.quiet) {
    screen.print(where.map(([name, path]) => `${name}${localize({ en: ": ", zh: "：" })}${shortPath(path)}`));
  }
  return interruption.exitCode ?? 0;
}

/** Charts and page take a moment to load: only where they are wanted, and before the run, not after it. */
async function fileReport(base: string): Promise<FileReport> {
  const { FileReport } = await import("../report/file-report.js");
  return new FileReport(base);
}

/** What the experiment returned; stopped before it had a result of its own, the records until then. */
async function resultOf(
  experiment: Experiment,
  values: Record<string, unknown>,
  report: Report,
  memory: MemoryReport,
  interruption: Interruption,
  common: CommonOptions,
): Promise<RunResult> {
  const { signal } = interruption;
  try {
    const fashionMnist = fashionMnistSource({ data: common.data, signal, report });
    return await runExperiment(experiment, { report, signal, fashionMnist }, values);
  } catch (error) {
    const stopped =
      signal.aborted && (error === signal.reason || (error instanceof Error && error.name === "AbortError"));
    if (!stopped) throw error;
    const { epoch: _, ...metrics } = memory.history.at(-1) ?? {};
    return {
      experiment: experiment.id,
      options: values,
      metrics,
      history: memory.history,
      checks: memory.checks,
      seconds: {},
      interrupted: true,
    };
  }
}

/** Relative to the current folder where that is shorter, so that a terminal makes a link of what can be opened. */
function shortPath(path: string): string {
  if (!isAbsolute(path)) return path;
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length && !fromHere.startsWith("..") ? fromHere : path;
}
