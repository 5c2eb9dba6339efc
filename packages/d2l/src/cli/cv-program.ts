// `torchlet cv` on the command line: cross-validations, run as experiments are.
import type { Command } from "commander";
import { localize } from "torchlet";
import { crossValidations } from "../cross-validation/registry.js";
import { addCommand, addExperiment, configure, namesOf, refuse } from "./command-parts.js";
import type { Outputs } from "./session.js";
import { UsageError } from "./usage-error.js";

/** Adds `cv` with a command for everything that can be cross-validated. */
export function addCvCommand(program: Command, outputs: Outputs, done: (exitCode: number) => void): void {
  const cv = addCommand(program, "cv", localize({ en: "cross-validate a model", zh: "对模型做交叉验证" }))
    .usage(localize({ en: "<model> [options]", zh: "<模型> [选项]" }))
    .allowUnknownOption()
    .allowExcessArguments()
    .helpCommand(false)
    .action((_options: unknown, command: Command) => {
      const [name] = command.args;
      if (name !== undefined) return refuse("model", name, command, namesOf(command));
      throw new UsageError("model-missing", {
        rule: {
          en: `which model? There are: ${namesOf(command).join(", ")}`,
          zh: `要验证哪个模型？可选：${namesOf(command).join("、")}`,
        },
        expected: namesOf(command),
      });
    });
  configure(cv, outputs);
  for (const experiment of crossValidations) addExperiment(cv, experiment, outputs, done, "cv-");
}
