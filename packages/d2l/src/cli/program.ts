// The command line: commands, options and their help, in the user's language.
import { Command } from "commander";
import { localize } from "torchlet";
import type { Experiment } from "../experiments/experiment.js";
import { addCommand, addExperiment, configure, namesOf, refuse } from "./command-parts.js";
import { addCvCommand } from "./cv-program.js";
import { doctorCommand } from "./doctor-command.js";
import { listCommand } from "./list-command.js";
import { addSearchCommand } from "./search-program.js";
import type { Outputs } from "./session.js";
import { addStudyCommand } from "./study-program.js";
import { UsageError } from "./usage-error.js";
import { packageVersion } from "./version.js";

/**
 * The `torchlet` program.
 *
 * @param done receives the exit code of a command that has one of its own
 */
export function makeProgram(
  experiments: readonly Experiment[],
  outputs: Outputs,
  done: (exitCode: number) => void,
): Command {
  const program = new Command("torchlet")
    .description(
      localize({
        en: "Deep learning experiments, from the book's chapter on multilayer perceptrons.",
        zh: "深度学习实验，来自书中多层感知机一章。",
      }),
    )
    .usage(localize({ en: "<command> [options]", zh: "<命令> [选项]" }))
    .option("-V, --version", localize({ en: "print the version", zh: "显示版本号" }))
    .allowUnknownOption()
    .allowExcessArguments()
    .helpCommand(
      localize({ en: "help [command]", zh: "help [命令]" }),
      localize({ en: "help on a command", zh: "显示某个命令的帮助" }),
    )
    .action((options: { version?: boolean }, command: Command) => {
      if (options.version) {
        outputs.out.write(`${packageVersion()}\n`);
        return;
      }
      const [name] = command.args;
      if (name === undefined) command.outputHelp();
      else refuse("command", name, command, namesOf(command));
    });
  const run = addCommand(program, "run", localize({ en: "run an experiment", zh: "运行一个实验" }))
    .usage(localize({ en: "<experiment> [options]", zh: "<实验> [选项]" }))
    .allowUnknownOption()
    .allowExcessArguments()
    .helpCommand(false)
    .action((_options: unknown, command: Command) => {
      const [name] = command.args;
      if (name !== undefined) return refuse("experiment", name, command, namesOf(command));
      throw new UsageError("experiment-missing", {
        rule: {
          en: `which experiment? There are: ${namesOf(command).join(", ")}`,
          zh: `要运行哪个实验？可选：${namesOf(command).join("、")}`,
        },
        expected: namesOf(command),
        hint: { en: "torchlet list describes them", zh: "torchlet list 有说明" },
      });
    });
  configure(run, outputs);
  for (const experiment of experiments) addExperiment(run, experiment, outputs, done);

  addSearchCommand(program, outputs, done);
  addCvCommand(program, outputs, done);
  addStudyCommand(program, outputs);

  const asJson = localize({ en: "print JSON", zh: "输出 JSON" });
  const list = addCommand(program, "list", localize({ en: "list the experiments", zh: "列出所有实验" }))
    .option("--json", asJson)
    .action((options: { json?: boolean }) => listCommand(experiments, options.json === true, outputs.out));
  const doctor = addCommand(program, "doctor", localize({ en: "show what this machine offers", zh: "检查本机环境" }))
    .option("--json", asJson)
    .action((options: { json?: boolean }) => doctorCommand(options.json === true, outputs.out));
  configure(list, outputs);
  configure(doctor, outputs);
  return configure(program, outputs);
}
