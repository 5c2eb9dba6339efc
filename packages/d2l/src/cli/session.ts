// What every long command runs in: its reports, Ctrl-C, and the last words about where things are.
import { isAbsolute, join, relative } from "node:path";
import { localize } from "torchlet";
import { CompositeReport } from "../report/composite-report.js";
import type { FileReport } from "../report/file-report.js";
import { JsonReport } from "../report/json-report.js";
import { MemoryReport } from "../report/memory-report.js";
import { QuietReport } from "../report/plain-report.js";
import type { Report, RunInfo, RunResult } from "../report/report.js";
import { reportFor } from "../report/terminal-report.js";
import { Interruption } from "./interruption.js";
import type { Output } from "./output.js";

/** The options that every command with a report has. */
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

/** What the work of a command is given. */
export interface Session {
  readonly report: Report;
  /** What was reported so far. */
  readonly memory: MemoryReport;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  /** The run's own folder; `undefined` without files. */
  readonly folder: string | undefined;
  /** Lines to be printed when all is over, such as how to go on. */
  readonly lastWords: string[];
}

/**
 * Does some work between its reports' first call and their last, and returns the exit code: 0, or that of the signal that stopped it.
 *
 * @throws what the work or a report threw, once the terminal is as it was
 */
export async function inSession(
  run: RunInfo,
  common: CommonOptions,
  { out, err }: Outputs,
  work: (session: Session) => Promise<RunResult>,
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

  const lastWords: string[] = [];
  try {
    report.start(run);
    const { signal } = interruption;
    const result = await work({ report, memory, signal, folder: files?.folder, lastWords });
    await report.finish(result);
  } catch (error) {
    screen.close();
    files?.abandon();
    if (files?.folder !== undefined) {
      err.write(
        `${localize({ en: "What was measured so far is in", zh: "目前为止测得的结果在" })} ${shortPath(files.folder)}\n`,
      );
    }
    if (lastWords.length > 0) err.write(`${lastWords.join("\n")}\n`);
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
    screen.print(lastWords);
    screen.print(where.map(([name, path]) => `${name}${localize({ en: ": ", zh: "：" })}${shortPath(path)}`));
  }
  return interruption.exitCode ?? 0;
}

/** Charts and page take a moment to load: only where they are wanted, and before the run, not after it. */
async function fileReport(base: string): Promise<FileReport> {
  const { FileReport } = await import("../report/file-report.js");
  return new FileReport(base);
}

/** Relative to the current folder where that is shorter, so that a terminal makes a link of what can be opened. */
export function shortPath(path: string): string {
  if (!isAbsolute(path)) return path;
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length && !fromHere.startsWith("..") ? fromHere : path;
}

/** Whether an error only says that the user has stopped the work. */
export function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === "AbortError"));
}

/** What the work returned; stopped before it had a result of its own, the records until then. */
export async function untilStopped(
  { memory, signal }: Session,
  run: RunInfo,
  work: () => Promise<RunResult>,
): Promise<RunResult> {
  try {
    return await work();
  } catch (error) {
    if (!isStop(error, signal)) throw error;
    const { epoch: _, ...metrics } = memory.history.at(-1) ?? {};
    return {
      experiment: run.experiment,
      options: run.options,
      metrics,
      history: memory.history,
      checks: memory.checks,
      seconds: {},
      interrupted: true,
    };
  }
}
