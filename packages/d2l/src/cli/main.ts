// The command from its arguments to its exit code.
import { type Locale, localize, setLocale, TorchletError } from "torchlet";
import type { Experiment } from "../experiments/experiment.js";
import { Output } from "./output.js";
import { makeProgram } from "./program.js";
import { isDone, missingValue, UsageError } from "./usage-error.js";

/**
 * Runs the `torchlet` command.
 *
 * @param argv the arguments after the program's name
 * @param experiments what `run` and `list` know
 * @returns the exit code: 0, 1 for an error while running, 2 for a mistake on the command line, 128 and more for a signal
 */
export async function main(argv: readonly string[], experiments: readonly Experiment[]): Promise<number> {
  const out = new Output(process.stdout);
  const err = new Output(process.stderr);
  let exitCode = 0;
  try {
    // Before anything is said, and before the help is put together.
    setLocale(localeIn(argv));
    const program = makeProgram(experiments, { out, err }, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (isDone(error)) return 0;
    err.write(`${errorText(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** The language that `--lang` names; `null` without it: the environment decides. */
function localeIn(argv: readonly string[]): Locale | null {
  const index = argv.findIndex((argument) => argument === "--lang" || argument.startsWith("--lang="));
  if (index < 0) return null;
  const argument = argv[index]!;
  const name = argument === "--lang" ? argv[index + 1] : argument.slice("--lang=".length);
  if (name === "en" || name === "zh") return name;
  if (name === undefined) throw missingValue("--lang");
  throw new UsageError("option-choice", {
    path: "--lang",
    rule: {
      en: `must be en or zh, got ${JSON.stringify(name)}`,
      zh: `必须是 en 或 zh，得到的是 ${JSON.stringify(name)}`,
    },
    expected: ["en", "zh"],
    received: name,
  });
}

/** One line for what went wrong on purpose; a stack for what did not, or when TORCHLET_DEBUG asks for it. */
function errorText(error: unknown): string {
  const label = localize({ en: "error: ", zh: "错误：" });
  if (!(error instanceof Error)) return label + String(error);
  const known = error instanceof TorchletError || error instanceof AggregateError;
  if (known && !process.env["TORCHLET_DEBUG"]) return label + error.message;
  return label + (error.stack ?? error.message);
}
