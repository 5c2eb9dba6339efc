// The command line: commands, options and their help, in the user's language.
import { Command } from "commander";
import { localize } from "torchlet";
import { defaultOptions, type Experiment } from "../experiments/experiment.js";
import {
  addCommand,
  addCommonOptions,
  commonOptionsOf,
  configure,
  namesOf,
  openFamily,
  refuse,
  refuseMember,
} from "./command-parts.js";
import { addCvCommand } from "./cv-program.js";
import { doctorCommand } from "./doctor-command.js";
import { explainExperiment } from "./explain.js";
import { listCommand } from "./list-command.js";
import { flagsFor } from "./option-flags.js";
import { runAllCommand } from "./run-all-command.js";
import { runCommand } from "./run-command.js";
import { addSearchCommand } from "./search-program.js";
import type { Outputs } from "./session.js";
import { addStudyCommand } from "./study-program.js";
import { packageVersion } from "./version.js";
import { defineWorkerCommand } from "./worker-command.js";

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
    // What stands after a command's name is that command's.
    .enablePositionalOptions()
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
  const run = openFamily(addCommand(program, "run", localize({ en: "run an experiment", zh: "运行一个实验" })), {
    en: "<experiment> [options]",
    zh: "<实验> [选项]",
  })
    .option(
      "--all",
      localize({
        en: "run every experiment, and write one page with all claims",
        zh: "运行所有实验，并生成列出全部论断的页面",
      }),
    )
    .option("--quick", quickHelp())
    .action(async (options: Record<string, unknown>, command: Command) => {
      if (command.args.length === 0 && options["all"] === true) {
        return done(
          await runAllCommand(experiments, { ...commonOptionsOf(options), quick: options["quick"] === true }, outputs),
        );
      }
      return refuseMember(command, {
        kind: "experiment",
        missing: { en: "which experiment?", zh: "要运行哪个实验？" },
        hint: { en: "torchlet list describes them", zh: "torchlet list 有说明" },
      });
    });
  configure(addCommonOptions(run), outputs);
  for (const experiment of experiments) addExperiment(run, experiment, outputs, done);

  addSearchCommand(program, outputs, done);
  addCvCommand(program, outputs, done);
  addStudyCommand(program, outputs);
  const worker = addCommand(
    program,
    "worker",
    localize({ en: "run trials for studies on a Redis", zh: "为 Redis 上的研究运行试验" }),
  );
  configure(defineWorkerCommand(worker, outputs.out, done), outputs);

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

function addExperiment(run: Command, experiment: Experiment, outputs: Outputs, done: (exitCode: number) => void): void {
  const command = addCommand(run, experiment.id, localize(experiment.summary));
  for (const [name, spec] of Object.entries(experiment.options)) {
    for (const option of flagsFor(name, spec)) command.addOption(option);
  }
  addCommonOptions(command)
    .option("--quick", quickHelp())
    .option(
      "--explain",
      localize({ en: "print what it shows and what to look for", zh: "说明它展示什么、注意观察什么" }),
    )
    .action(async (options: Record<string, unknown>) => {
      if (options["explain"] === true) return explainExperiment(experiment, outputs.out);
      const names = Object.keys(experiment.options);
      const given = names.filter((name) => command.getOptionValueSource(name) !== "default");
      const values = {
        ...defaultOptions(experiment),
        ...(options["quick"] === true ? experiment.quick : {}),
        ...Object.fromEntries(given.map((name) => [name, options[name]])),
      };
      done(await runCommand(experiment, values, commonOptionsOf(options), outputs));
    });
  configure(command, outputs);
}

const quickHelp = () => localize({ en: "smaller settings that take seconds", zh: "较小的设置，数秒完成" });
