// What the commands of the command line are made of: names, options that many have, errors of our own.
import { type Command, CommanderError, Option } from "commander";
import { type Localized, localize } from "torchlet";
import { helpConfiguration } from "./help.js";
import type { CommonOptions, Outputs } from "./session.js";
import { missingValue, UsageError, unknownName, usageErrorOf } from "./usage-error.js";

/** The options of every command that makes a report. */
export function addCommonOptions(command: Command): Command {
  const folder = localize({ en: "<folder>", zh: "<目录>" });
  const file = localize({ en: "<file>", zh: "<文件>" });
  return command
    .addOption(pathOption(`--data ${folder}`, localize({ en: "folder with the data set", zh: "数据集所在目录" })))
    .addOption(
      pathOption(
        `--json ${file}`,
        localize({ en: "write the result as JSON, - for standard output", zh: "把结果写成 JSON，- 表示标准输出" }),
      ),
    )
    .addOption(
      pathOption(
        `--out ${folder}`,
        localize({ en: "where the run's own folder is made", zh: "在哪里建立本次运行的目录" }),
      ).default("runs"),
    )
    .option("--no-files", localize({ en: "write no report, figures and weights", zh: "不写报告、图片和权重" }))
    .option("--quiet", localize({ en: "print warnings only", zh: "只输出警告" }));
}

/** Their values. */
export function commonOptionsOf(options: Readonly<Record<string, unknown>>): CommonOptions {
  return {
    data: options["data"] as string | undefined,
    json: options["json"] as string | undefined,
    out: options["out"] as string,
    files: options["files"] !== false,
    quiet: options["quiet"] === true,
  };
}

/** An option with a path. The next option is no path: a value was forgotten. */
export function pathOption(flags: string, help: string): Option {
  return new Option(flags, help).argParser((text) => {
    if (text === "" || text.startsWith("--")) throw missingValue(flags.split(" ")[0]!);
    return text;
  });
}

/** A command with a name and a description, below another one. */
export function addCommand(parent: Command, name: string, description: string): Command {
  return (
    parent
      .command(name)
      .description(description)
      .usage(localize({ en: "[options]", zh: "[选项]" }))
      // A parent's patience with what it does not know is inherited.
      .allowUnknownOption(false)
      .allowExcessArguments(false)
  );
}

/** A command whose own commands are named after it, as `search mlp`; without one, or with one that is not there, it says which there are. */
export function addFamily(
  parent: Command,
  name: string,
  description: string,
  member: {
    readonly kind: "experiment" | "model";
    readonly usage: Localized;
    readonly missing: Localized;
    readonly hint?: Localized;
  },
): Command {
  return openFamily(addCommand(parent, name, description), member.usage).action(
    (_options: unknown, command: Command) => {
      refuseMember(command, member);
    },
  );
}

/** Lets a command's own commands take whatever stands after their names. */
export function openFamily(command: Command, usage: Localized): Command {
  return command
    .usage(localize(usage))
    .enablePositionalOptions()
    .allowUnknownOption()
    .allowExcessArguments()
    .helpCommand(false);
}

/** Says that a name is not known, or that one is missing. */
export function refuseMember(
  command: Command,
  {
    kind,
    missing,
    hint,
  }: { readonly kind: "experiment" | "model"; readonly missing: Localized; readonly hint?: Localized },
): never {
  const names = namesOf(command);
  const [name] = command.args;
  if (name !== undefined) return refuse(kind, name, command, names);
  throw new UsageError(`${kind}-missing`, {
    rule: { en: `${missing.en} There are: ${names.join(", ")}`, zh: `${missing.zh}可选：${names.join("、")}` },
    expected: names,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What all commands have in common: the language, the help, errors of our own. */
export function configure(command: Command, { out }: Outputs): Command {
  return command
    .addOption(new Option("--lang <en|zh>", localize({ en: "language of texts and help", zh: "文字和帮助的语言" })))
    .helpOption("-h, --help", localize({ en: "show this help", zh: "显示帮助" }))
    .configureHelp({ ...helpConfiguration, showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => out.write(text),
      // Errors are thrown, and told by whoever catches them.
      writeErr: () => {},
      getOutHelpWidth: () => (out.isTTY ? (out.columns ?? 80) : 80),
      getOutHasColors: () => false,
    })
    .showSuggestionAfterError(false)
    .exitOverride((error) => {
      throw error instanceof CommanderError && error.exitCode !== 0
        ? usageErrorOf(error, flagsOf(command), helpFor(command))
        : error;
    });
}

/** Says that a command, an experiment or a model does not exist, or that an option came before its name. */
export function refuse(
  kind: "command" | "experiment" | "model",
  name: string,
  command: Command,
  known: readonly string[],
): never {
  if (name.startsWith("-")) throw unknownName("option", name, flagsOf(command), helpFor(command));
  throw unknownName(kind, name, known, kind === "experiment" ? "torchlet list" : helpFor(command));
}

export const namesOf = (command: Command) => command.commands.map((child) => child.name());
export const flagsOf = (command: Command) => [...command.options.map(({ long }) => long ?? ""), "--help"];

/** How to ask for help with a command. */
export function helpFor(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return `${names.join(" ")} --help`;
}
