// node bench/search/samplers.mjs: the samplers on functions with known optima, one JSON line a function, sampler and seed; --report writes
// the table of docs/search.md from these lines and from those of optuna_samplers.py.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createStudy, samplers } from "@torchlet/search";
import { functions } from "./functions.mjs";
import { createTables, summarize } from "./report.mjs";

const usage = `node bench/search/samplers.mjs [options]
  --samplers LIST   tpe, gp, random (default: all)
  --functions LIST  ${Object.keys(functions).join(", ")} (default: all)
  --seeds A:B       from A to B - 1 (default: 0:20)
  --trials N        (default: 60; random always 2000)
  --out FILE        append the lines to a file instead of printing them
  --report FILES    lines of several runs, separated by commas -> results.json and the tables of docs/search.md
  --tables          the tables again, from results.json`;

const make = {
  tpe: () => new samplers.TPESampler(),
  gp: () => new samplers.GPSampler(),
  random: () => new samplers.RandomSampler(),
};
const randomTrials = 2000;

/** The smallest value after each trial. */
async function bestSoFar(f, sampler, seed, trials) {
  const study = await createStudy({ sampler, seed });
  await study.optimize(f, { nTrials: trials });
  let best = Number.POSITIVE_INFINITY;
  return study.trials.map(({ values }) => {
    best = Math.min(best, values[0]);
    return best;
  });
}

async function measure(options) {
  const [first, last] = options.seeds.split(":").map(Number);
  for (const name of options.functions.split(",")) {
    for (const sampler of options.samplers.split(",")) {
      for (let seed = first; seed < last; seed++) {
        const start = performance.now();
        const trials = sampler === "random" ? randomTrials : Number(options.trials);
        const best = await bestSoFar(functions[name].f, make[sampler](), seed, trials);
        const seconds = Number(((performance.now() - start) / 1000).toFixed(3));
        const line = JSON.stringify({ from: "torchlet", function: name, sampler, seed, seconds, best });
        if (options.out) appendFileSync(options.out, `${line}\n`);
        else console.log(line);
      }
    }
  }
}

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

function report(files) {
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean));
  const summary = summarize(lines.map((line) => JSON.parse(line)));
  // Four digits are more than a median of seeds knows.
  const short = (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
  writeFileSync(here("results.json"), `${JSON.stringify(summary, short)}\n`);
}

function writeTables() {
  const file = here("../../docs/search.md");
  const summary = JSON.parse(readFileSync(here("results.json"), "utf8"));
  let text = readFileSync(file, "utf8");
  for (const [name, table] of Object.entries(createTables(summary))) {
    const [open, close] = [`<!-- search:${name} -->`, `<!-- /search:${name} -->`];
    const [from, to] = [text.indexOf(open), text.indexOf(close)];
    if (from < 0 || to < from) throw new Error(`${file}: no markers ${open} ... ${close}`);
    text = `${text.slice(0, from + open.length)}\n\n${table}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, text);
}

const { values: options } = parseArgs({
  options: {
    samplers: { type: "string", default: "tpe,gp,random" },
    functions: { type: "string", default: Object.keys(functions).join(",") },
    seeds: { type: "string", default: "0:20" },
    trials: { type: "string", default: "60" },
    out: { type: "string" },
    report: { type: "string" },
    tables: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (options.help) {
  console.log(usage);
} else if (options.report || options.tables) {
  if (options.report) report(options.report.split(","));
  writeTables();
} else {
  await measure(options);
}
