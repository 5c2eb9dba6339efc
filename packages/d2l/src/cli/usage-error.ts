// Mistakes on the command line: who, the rule, what came, what to do. Exit code 2.
import { CommanderError } from "commander";
import { type Localized, TorchletError } from "torchlet";
import { suggestion } from "./suggest.js";

/** A command line that cannot be carried out as it is written. */
export class UsageError extends TorchletError {}

/** An experiment, a command or an option that does not exist, with the nearest that does. */
export function unknownName(
  kind: "command" | "option" | "experiment" | "model" | "parameter",
  name: string,
  known: readonly string[],
  help: string,
): UsageError {
  const kinds: Readonly<Record<typeof kind, Localized>> = {
    command: { en: "command", zh: "命令" },
    option: { en: "option", zh: "选项" },
    experiment: { en: "experiment", zh: "实验" },
    model: { en: "model", zh: "模型" },
    parameter: { en: "parameter", zh: "超参数" },
  };
  const near = suggestion(name, known);
  const what = kinds[kind];
  return new UsageError(`unknown-${kind}`, {
    rule: { en: `unknown ${what.en} ${JSON.stringify(name)}`, zh: `未知的${what.zh} ${JSON.stringify(name)}` },
    expected: known,
    received: name,
    hint:
      near === undefined
        ? { en: `see ${help}`, zh: `请看 ${help}` }
        : { en: `did you mean ${near}?`, zh: `是不是想用 ${near}？` },
  });
}

/** An option whose value is missing: nothing follows, or the next option does. */
export function missingValue(flag: string): UsageError {
  return new UsageError("option-value-missing", {
    path: flag,
    rule: { en: "a value must follow", zh: "后面必须有一个值" },
  });
}

/**
 * What commander complains about, in our own words and in the user's language.
 *
 * @param error what commander threw
 * @param flags the options that the command has
 * @param help how to ask for help with the command
 */
export function usageErrorOf(error: CommanderError, flags: readonly string[], help: string): Error {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption":
      return unknownName("option", quoted, flags, help);
    case "commander.optionMissingArgument":
      return missingValue(/--[\w-]+/.exec(quoted)?.[0] ?? quoted);
    case "commander.missingArgument":
      return new UsageError("argument-missing", {
        rule: { en: `an argument is missing: ${quoted}`, zh: `缺少参数：${quoted}` },
        hint: { en: `see ${help}`, zh: `请看 ${help}` },
      });
    case "commander.excessArguments":
      return new UsageError("excess-arguments", {
        rule: { en: "there are more arguments than the command takes", zh: "参数太多" },
        hint: { en: `see ${help}`, zh: `请看 ${help}` },
      });
    default:
      return error;
  }
}

/** Whether commander only says that it has done what was asked: the help, the version. */
export function isDone(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
