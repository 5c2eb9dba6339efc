// `torchlet study` on the command line: looking at studies that exist.
import type { Command } from "commander";
import { localize } from "torchlet";
import { addCommand, configure, namesOf, openFamily, pathOption, refuse } from "./command-parts.js";
import type { Outputs } from "./session.js";
import { listStudies } from "./study/list-studies.js";
import { showCommand } from "./study/show-command.js";

/** Adds `study` with `show` and `list`. */
export function addStudyCommand(program: Command, outputs: Outputs): void {
  const study = openFamily(addCommand(program, "study", localize({ en: "look at a study", zh: "查看研究" })), {
    en: "<show|list> [options]",
    zh: "<show|list> [选项]",
  }).action((_options: unknown, command: Command) => {
    const [name] = command.args;
    if (name === undefined) command.outputHelp();
    else refuse("command", name, command, namesOf(command));
  });
  const file = localize({ en: "<file>", zh: "<文件>" });
  const show = addCommand(
    study,
    "show",
    localize({
      en: "show a study's best trials and charts, also while it runs",
      zh: "显示研究的最佳试验与图表，运行中也可查看",
    }),
  )
    .usage(localize({ en: "<file> [options]", zh: "<文件> [选项]" }))
    .argument("<file>", localize({ en: "the study's file", zh: "研究的文件" }))
    .option("--json", localize({ en: "print everything as JSON", zh: "以 JSON 输出全部内容" }))
    .addOption(
      pathOption(`--html ${file}`, localize({ en: "write a page with all charts", zh: "写出包含所有图表的网页" })),
    )
    .action((path: string, options: { json?: boolean; html?: string }) => showCommand(path, options, outputs));
  const list = addCommand(
    study,
    "list",
    localize({ en: "list the studies in a folder and below", zh: "列出目录及其子目录中的研究" }),
  )
    .usage(localize({ en: "[folder] [options]", zh: "[目录] [选项]" }))
    .argument("[folder]", localize({ en: "where to look (default runs)", zh: "查找的目录（默认 runs）" }))
    .option("--json", localize({ en: "print JSON", zh: "输出 JSON" }))
    .action((folder: string | undefined, options: { json?: boolean }) =>
      listStudies(folder ?? "runs", options.json === true, outputs.out),
    );
  configure(study, outputs);
  configure(show, outputs);
  configure(list, outputs);
}
