// `torchlet search` on the command line: models, their options, who searches and how long.
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { type Localized, localize } from "torchlet";
import { timeStamp } from "../report/files/run-folder.js";
import { searchModels } from "../search/models.js";
import type { FixedParameters, ModelOptions, SearchModel } from "../search/search-model.js";
import { addCommand, addCommonOptions, addFamily, commonOptionsOf, configure, pathOption } from "./command-parts.js";
import { flagsFor } from "./option-flags.js";
import { rangeText, readGrid, readParameters } from "./search/parameter-list.js";
import { type SearchRequest, searchCommand, searchWindow } from "./search/search-command.js";
import {
  fixedOthers,
  type Grid,
  type PrunerName,
  prunerNames,
  type SamplerName,
  samplerNames,
  usualGrid,
} from "./search/strategies.js";
import { openForReading, placeOf } from "./search/study-file.js";
import { checkSame, type StudySetup, setupOf } from "./search/study-setup.js";
import type { Outputs } from "./session.js";
import { UsageError } from "./usage-error.js";

/** Options of a search beside those of its model. */
const searchOptions = {
  trials: {
    type: "integer",
    default: 40,
    min: 1,
    max: 100_000,
    help: { en: "trials of the study in all", zh: "研究的试验总数" },
  },
  sampler: {
    type: "choice",
    default: "tpe",
    choices: samplerNames,
    help: { en: "who chooses the parameters", zh: "选择超参数的方法" },
  },
  pruner: {
    type: "choice",
    default: "none",
    choices: prunerNames,
    help: { en: "who ends trials that promise nothing", zh: "提前终止无望试验的方法" },
  },
  jobs: {
    type: "integer",
    default: Math.min(searchWindow, availableParallelism()),
    min: 1,
    max: 256,
    help: { en: "trials at a time, each on a thread", zh: "同时运行的试验数，每个占一个线程" },
  },
  seed: { type: "integer", default: 0, min: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
} as const;

/** Adds `search` with a command for every model. */
export function addSearchCommand(program: Command, outputs: Outputs, done: (exitCode: number) => void): void {
  const search = addFamily(
    program,
    "search",
    localize({ en: "search for the best hyperparameters", zh: "搜索最佳超参数" }),
    {
      kind: "model",
      usage: { en: "<model> [options]", zh: "<模型> [选项]" },
      missing: { en: "which model?", zh: "要搜索哪个模型？" },
    },
  );
  configure(search, outputs);
  for (const model of searchModels) addModel(search, model, outputs, done);
}

function addModel(search: Command, model: SearchModel, outputs: Outputs, done: (exitCode: number) => void): void {
  const command = addCommand(search, model.id, localize(model.summary));
  for (const [name, spec] of Object.entries({ ...searchOptions, ...model.options })) {
    for (const option of flagsFor(name, spec)) command.addOption(option);
  }
  const list = localize({ en: "<name=value,...>", zh: "<名称=值,...>" });
  command
    .addOption(
      new Option(
        `--enqueue ${list}`,
        localize({
          en: "a trial by hand, before all others; may be given often",
          zh: "手动指定一次试验，优先运行；可多次给出",
        }),
      ).argParser((text, before: readonly string[] = []) => [...before, text]),
    )
    .option(`--fix ${list}`, localize({ en: "parameters that are not searched", zh: "不搜索、固定取值的超参数" }))
    .option(
      `--grid ${localize({ en: "<name=value|value,...>", zh: "<名称=值|值,...>" })}`,
      localize({ en: "the values of --sampler grid", zh: "--sampler grid 的取值" }),
    )
    .addOption(
      new Option(
        "--timeout <x>",
        localize({ en: "seconds after which no more trials begin", zh: "超过该秒数后不再开始新试验" }),
      ).argParser(readSeconds),
    )
    .addOption(
      pathOption(
        `--study ${localize({ en: "<file>", zh: "<文件>" })}`,
        localize({
          en: "where the study is kept (default: in the run's folder)",
          zh: "研究保存在哪里（默认：本次运行的目录内）",
        }),
      ),
    )
    .addOption(
      pathOption(
        "--redis <url>",
        localize({
          en: "trials run on the machines that run torchlet worker with this Redis; --study is the study's name there",
          zh: "试验在以此 Redis 运行 torchlet worker 的机器上执行；--study 为其中研究的名称",
        }),
      ),
    )
    .option(
      "--resume",
      localize({ en: "go on with that study, or with the latest one", zh: "继续该研究，或最近的一个" }),
    )
    .option("--no-test", localize({ en: "do not look at the test set in the end", zh: "最后不在测试集上评估" }));
  addCommonOptions(command)
    .addHelpText("after", () => spaceHelp(model))
    .action(async (given: Record<string, unknown>) => {
      const request = await requestOf(model, given, (name) => command.getOptionValueSource(name) === "cli");
      done(await searchCommand(request, commonOptionsOf(given), outputs));
    });
  configure(command, outputs);
}

/** The space, below the options. */
function spaceHelp(model: SearchModel): string {
  const names = Object.entries(model.space);
  const width = Math.max(...names.map(([name]) => name.length));
  const lines = names.map(([name, { distribution, help }]) => {
    const range = localize(rangeText(distribution)).trim();
    return `  ${name.padEnd(width)}  ${localize(help)}${localize({ en: `: ${range}`, zh: `：${range}` })}`;
  });
  return `\n${localize({ en: "Parameters searched:", zh: "搜索的超参数:" })}\n${lines.join("\n")}`;
}

function readSeconds(text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value >= 0) return value;
  throw usage("option-range", "--timeout", {
    en: `must be a number of at least 0, got ${JSON.stringify(text)}`,
    zh: `必须是不小于 0 的数，得到的是 ${JSON.stringify(text)}`,
  });
}

/** What the options ask for; a study that is gone on with gives what they leave open. */
async function requestOf(
  model: SearchModel,
  given: Readonly<Record<string, unknown>>,
  isGiven: (name: string) => boolean,
): Promise<SearchRequest> {
  const resume = given["resume"] === true;
  const study = given["study"] as string | undefined;
  const url = given["redis"] as string | undefined;
  const redis = url === undefined ? undefined : { url, study: study ?? `${model.id}-${timeStamp(new Date())}` };
  const place =
    redis === undefined
      ? placeOf(study, resume, given["out"] as string, model.id)
      : { path: undefined, exists: resume };
  const kept = place.path !== undefined && place.exists ? await keptSetup(place.path!, model) : undefined;
  const choose = <T>(name: string, before: T | undefined): T =>
    before === undefined || isGiven(name) ? (given[name] as T) : before;
  const options: ModelOptions = Object.fromEntries(
    Object.keys(model.options).map((name) => [name, choose(name, kept?.setup.options[name])]),
  );
  const sampler = choose<SamplerName>("sampler", kept?.setup.sampler as SamplerName | undefined);
  const enqueue = ((given["enqueue"] ?? []) as readonly string[]).map((text) =>
    readParameters("--enqueue", text, model),
  );
  const fixed = isGiven("fix") ? readParameters("--fix", given["fix"] as string, model) : undefined;
  const grid = isGiven("grid") ? readGrid("--grid", given["grid"] as string, model) : undefined;
  // Before anything is loaded or written; the data set is compared once it is known.
  if (kept !== undefined)
    checkSame(place.path!, kept.setup, { ...kept.setup, options, fixed: fixed ?? kept.setup.fixed });
  const plan = kept === undefined ? planOf(model, sampler, fixed ?? {}, grid, enqueue) : planKept(kept.setup, fixed);
  return {
    model,
    options,
    sampler,
    pruner: choose<PrunerName>("pruner", kept?.setup.pruner as PrunerName | undefined),
    ...plan,
    trials: isGiven("trials")
      ? (given["trials"] as number)
      : (kept?.setup.trials ?? plan.trials ?? (given["trials"] as number)),
    jobs: given["jobs"] as number,
    seed: kept?.seed ?? (given["seed"] as number),
    ...(given["timeout"] === undefined ? {} : { timeout: given["timeout"] as number }),
    place,
    ...(redis === undefined ? {} : { redis }),
    test: given["test"] !== false,
  };
}

interface Plan {
  readonly fixed: FixedParameters;
  readonly enqueue: readonly FixedParameters[];
  readonly grid?: Grid;
  readonly trials?: number;
}

/** A grid and trials by hand vary a few parameters: all others have their usual values. */
function planOf(
  model: SearchModel,
  sampler: SamplerName,
  fixed: FixedParameters,
  given: Grid | undefined,
  enqueue: readonly FixedParameters[],
): Plan {
  if (given !== undefined && sampler !== "grid") {
    throw usage("grid-without-sampler", "--grid", {
      en: "needs --sampler grid",
      zh: "需要与 --sampler grid 一起使用",
    });
  }
  if (sampler === "manual") {
    if (enqueue.length === 0) {
      throw usage("nothing-enqueued", "--sampler manual", {
        en: "needs at least one --enqueue 'name=value,...'",
        zh: "至少需要一个 --enqueue '名称=值,...'",
      });
    }
    const searched = new Set(enqueue.flatMap((params) => Object.keys(params)));
    const others = fixedOthers(model, fixed, searched);
    // A parameter that one trial names and another does not has its usual value there.
    const usual = Object.fromEntries([...searched].map((name) => [name, model.space[name]!.usual]));
    return { fixed: others, enqueue: enqueue.map((params) => ({ ...usual, ...params })), trials: enqueue.length };
  }
  if (sampler === "grid") {
    const grid = given ?? usualGrid(model, fixed);
    const trials = Object.values(grid).reduce((product, values) => product * values.length, 1);
    return { fixed: fixedOthers(model, fixed, Object.keys(grid)), enqueue, grid, trials: trials + enqueue.length };
  }
  return { fixed, enqueue };
}

/** A study that exists keeps its terms; what is fixed differently is refused later, by name. */
function planKept(setup: StudySetup, fixed: FixedParameters | undefined): Plan {
  return { fixed: fixed ?? setup.fixed, enqueue: [], ...(setup.grid === undefined ? {} : { grid: setup.grid }) };
}

/** The terms of a study that is to be gone on with. */
async function keptSetup(
  path: string,
  model: SearchModel,
): Promise<{ readonly setup: StudySetup; readonly seed: number }> {
  const study = await openForReading(path);
  try {
    const setup = setupOf(study.userAttributes);
    if (setup?.model === model.id) return { setup, seed: study.seed };
    throw usage("study-foreign", path, {
      en:
        setup === undefined
          ? "this study was not made by torchlet search"
          : `this is a study of ${setup.model}, not of ${model.id}`,
      zh: setup === undefined ? "该研究不是由 torchlet search 建立的" : `该研究属于 ${setup.model}，而不是 ${model.id}`,
    });
  } finally {
    await study.close();
  }
}

function usage(code: string, path: string, rule: Localized): UsageError {
  return new UsageError(code, { path, rule });
}
