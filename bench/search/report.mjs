// From lines of measurements to the numbers of results.json, and from these to the tables of docs/search.md.
import { functions } from "./functions.mjs";

const marks = [20, 40, 60];
/** So many seeds are the least; where more were run, both numbers are shown. */
const firstSeeds = 20;
/** How the lines' samplers are called in tables. */
const titles = {
  "torchlet gp": "GP",
  "torchlet tpe": "TPE",
  "torchlet random": "random",
  "optuna gp": "Optuna GP",
  "optuna tpe": "Optuna TPE",
  "optuna tpe independent": "Optuna TPE, multivariate off",
};

/** Between order statistics, as numpy's default. */
export function quantile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

const median = (values) => quantile(values, 0.5);

/** How often a value of one list is below one of another; ties count half (Mann and Whitney 1947). */
export function shareBelow(a, b) {
  let wins = 0;
  for (const x of a) for (const y of b) wins += x < y ? 1 : x === y ? 0.5 : 0;
  return wins / (a.length * b.length);
}

/** By function and sampler: regrets after 20, 40 and 60 trials; the numbers are those of all seeds, and for 60 trials also of the first 20. */
export function summarize(lines) {
  const results = {};
  for (const [name, { minimum }] of Object.entries(functions)) {
    const groups = groupBy(
      lines.filter((line) => line.function === name),
      keyOf,
    );
    if (groups.size === 0) continue;
    const random = groups.get("torchlet random");
    if (random === undefined) throw new Error(`no random search on ${name}: run samplers.mjs --samplers random`);
    const regrets = (rows, n) => rows.map(({ best }) => best[n - 1] - minimum);
    results[name] = {};
    for (const [key, rows] of groups) {
      rows.sort((a, b) => a.seed - b.seed);
      const final = regrets(rows, 60);
      results[name][key] = {
        seeds: rows.length,
        regret: Object.fromEntries(marks.map((n) => [n, [0.25, 0.5, 0.75].map((p) => quantile(regrets(rows, n), p))])),
        randomTrials: trialsOfRandom(random, median(final) + minimum),
        first: median(final.slice(0, firstSeeds)),
        final,
      };
    }
  }
  const versions = [...new Set(lines.map(({ from }) => from))].filter((from) => from !== "torchlet");
  return { versions, node: process.version, results };
}

const keyOf = ({ from, sampler }) => `${from.split(" ")[0]} ${sampler}`;

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** After how many trials the median of random search is at a value; null: not within those that were run. */
function trialsOfRandom(rows, value) {
  const length = rows[0].best.length;
  for (let n = 1; n <= length; n++) {
    if (median(rows.map(({ best }) => best[n - 1])) <= value) return n;
  }
  return null;
}

const number = (x) => (x === 0 ? "0" : x >= 0.01 && x < 1000 ? x.toPrecision(2) : x.toExponential(1));
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) =>
  [row(head), row(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(row)].join("\n");

function regretTable(results) {
  const rows = [];
  for (const [name, samplers] of Object.entries(results)) {
    for (const [key, title] of Object.entries(titles)) {
      const it = samplers[key];
      if (it === undefined) continue;
      const cells = marks.map((n) => {
        const [low, middle, high] = it.regret[n].map(number);
        return `${middle} (${low} to ${high})`;
      });
      const trials = key === "torchlet random" ? "60" : (it.randomTrials ?? "> 2000");
      rows.push([functions[name].text, title, it.seeds, ...cells, trials]);
    }
  }
  return table(["function", "sampler", "seeds", ...marks.map((n) => `after ${n}`), "random needs"], rows);
}

function verdictTable(results) {
  const rows = [];
  for (const [name, samplers] of Object.entries(results)) {
    for (const kind of ["gp", "tpe"]) {
      const own = samplers[`torchlet ${kind}`];
      const other = samplers[`optuna ${kind}`];
      if (own === undefined || other === undefined) continue;
      const [a, b] = [own, other].map((it) => median(it.final));
      rows.push([
        functions[name].text,
        kind.toUpperCase(),
        Math.min(own.seeds, other.seeds),
        number(a),
        number(b),
        a <= b ? "no worse" : "WORSE",
        `${Math.round(100 * shareBelow(own.final, other.final))} %`,
        `${number(own.first)} / ${number(other.first)}${own.first <= other.first ? "" : " WORSE"}`,
      ]);
    }
  }
  return table(["function", "sampler", "seeds", "torchlet", "Optuna", "", "better in", "first 20 seeds"], rows);
}

/** The tables by the names of their markers. */
export function createTables({ results, versions, node }) {
  return {
    regrets: regretTable(results),
    verdicts: verdictTable(results),
    run: `Measured with ${versions.join(", ")} and Node.js ${node.slice(1)}.`,
  };
}
