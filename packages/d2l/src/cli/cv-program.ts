// `torchlet cv` on the command line: cross-validations between their options and their reports.
import type { Command } from "commander";
import { localize } from "torchlet";
import type { CrossValidation } from "../cross-validation/cross-validation.js";
import { crossValidations } from "../cross-validation/registry.js";
import { addCommand, addCommonOptions, addFamily, commonOptionsOf, configure } from "./command-parts.js";
import { fashionMnistSource } from "./data.js";
import { flagsFor } from "./option-flags.js";
import { inSession, type Outputs, untilStopped } from "./session.js";

/** Adds `cv` with a command for everything that can be cross-validated. */
export function addCvCommand(program: Command, outputs: Outputs, done: (exitCode: number) => void): void {
  const cv = addFamily(program, "cv", localize({ en: "cross-validate a model", zh: "对模型做交叉验证" }), {
    kind: "model",
    usage: { en: "<model> [options]", zh: "<模型> [选项]" },
    missing: { en: "which model?", zh: "要验证哪个模型？" },
  });
  configure(cv, outputs);
  for (const one of crossValidations) addOne(cv, one, outputs, done);
}

function addOne(cv: Command, one: CrossValidation, outputs: Outputs, done: (exitCode: number) => void): void {
  const command = addCommand(cv, one.id, localize(one.summary));
  for (const [name, spec] of Object.entries(one.options)) {
    for (const option of flagsFor(name, spec)) command.addOption(option);
  }
  addCommonOptions(command).action(async (options: Record<string, unknown>) => {
    const values = Object.fromEntries(Object.keys(one.options).map((name) => [name, options[name]]));
    const common = commonOptionsOf(options);
    const run = { experiment: `cv-${one.id}`, title: one.title, options: values };
    const exitCode = await inSession(run, common, outputs, (session) =>
      untilStopped(session, run, async () => {
        const { report, signal } = session;
        const fashionMnist = fashionMnistSource({
          data: common.data,
          signal,
          report,
          garments: one.garments?.(values as never),
        });
        const outcome = await one.run({ report, signal, fashionMnist }, values as never);
        return { ...run, ...outcome, checks: [] };
      }),
    );
    done(exitCode);
  });
  configure(command, outputs);
}
