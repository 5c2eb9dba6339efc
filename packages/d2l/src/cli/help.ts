// The help of every command, in the user's language, aligned also where characters are two columns wide.
import type { HelpConfiguration, Option } from "commander";
import { type Localized, localize } from "torchlet";
import { displayWidth, wrap } from "../report/terminal/display-width.js";

const titles: Readonly<Record<string, Localized>> = {
  "Usage:": { en: "Usage:", zh: "用法:" },
  "Arguments:": { en: "Arguments:", zh: "参数:" },
  "Options:": { en: "Options:", zh: "选项:" },
  "Commands:": { en: "Commands:", zh: "命令:" },
};

/** For commander's `configureHelp`. */
export const helpConfiguration: HelpConfiguration = {
  displayWidth,
  subcommandTerm: (command) => command.name(),
  boxWrap: (text, width) => wrap(text, Math.max(20, width)).join("\n"),
  styleTitle: (title) => (titles[title] === undefined ? title : localize(titles[title])),
  optionDescription,
};

function optionDescription(option: Option): string {
  const facts: string[] = [];
  if (option.argChoices !== undefined) facts.push(option.argChoices.join(" | "));
  // A flag's default goes without saying.
  if (option.defaultValue !== undefined && typeof option.defaultValue !== "boolean") {
    facts.push(localize({ en: `default ${option.defaultValue}`, zh: `默认 ${option.defaultValue}` }));
  }
  if (facts.length === 0) return option.description;
  const [open, between, close] = localize({ en: " (|, |)", zh: "（|，|）" }).split("|");
  return `${option.description}${open}${facts.join(between)}${close}`;
}
