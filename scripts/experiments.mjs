// docs/experiments.md: every experiment with what it shows and how long it takes, made from their declarations.
// node scripts/experiments.mjs [DEFAULT.json [QUICK.json]] writes it (after npm run build); the files are those of
// `torchlet run --all --json FILE` and of the same with --quick, and bring seconds; without them the seconds in the file stay.
// A test holds the file against what this makes.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILE = new URL("../docs/experiments.md", import.meta.url);

/** Seconds by experiment, `{ default, quick }`, as an earlier version of the file has them. */
export function secondsOf(text) {
  const rows = text.matchAll(/^\| `([\w-]+)` \|.*\| ([\d.]+|—) \| ([\d.]+|—) \|$/gm);
  const number = (cell) => (cell === "—" ? undefined : Number(cell));
  return Object.fromEntries(
    [...rows].map(([, id, long, quick]) => [id, { default: number(long), quick: number(quick) }]),
  );
}

/** Seconds in the result of `run --all`: an experiment's, all parts together. */
function measured(file) {
  const { results } = JSON.parse(readFileSync(file, "utf8"));
  const sum = (seconds) => Object.values(seconds).reduce((a, b) => a + b, 0);
  return Object.fromEntries(
    results.map(({ experiment, seconds }) => [experiment, Number(sum(seconds).toPrecision(2))]),
  );
}

/** The names of an experiment's options, as the command has them. */
const flags = (options) =>
  Object.keys(options)
    .map((name) => `\`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``)
    .join(" ");

/** The text of docs/experiments.md. */
export function experimentsTable(experiments, headings, seconds) {
  const claims = experiments.reduce((sum, experiment) => sum + Object.keys(experiment.claims).length, 0);
  const lines = [
    "# The experiments",
    "",
    `${experiments.length} experiments hold ${claims} claims of the notes and the book against measurements. \`npx torchlet run ID\` runs one, \`--explain\` tells`,
    "what it shows and what to look for, `--help` its options; `npx torchlet run --all` runs the chapter and writes one page with every claim,",
    "with `--quick` in some seconds each. Seconds are those of 2 cores, with Fashion-MNIST on disk.",
    "",
    "[notes-map.md](notes-map.md) finds the experiment of each item of the notes. Made by `node scripts/experiments.mjs`; a test keeps it true.",
    "",
  ];
  for (const { id, title } of headings) {
    const own = experiments.filter(({ section }) => section === id);
    if (own.length === 0) continue;
    const number = id.startsWith("book") ? "" : `${id} `;
    lines.push(
      `## ${number}${title.en}`,
      "",
      "| | what it shows | claims | options | seconds | quick |",
      "|---|---|---:|---|---:|---:|",
    );
    for (const experiment of own) {
      const { default: long = "—", quick = "—" } = seconds[experiment.id] ?? {};
      const count = Object.keys(experiment.claims).length;
      const shows = experiment.summary.en.replaceAll("|", "\\|");
      lines.push(`| \`${experiment.id}\` | ${shows} | ${count} | ${flags(experiment.options)} | ${long} | ${quick} |`);
    }
    lines.push("");
  }
  return lines.join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { experiments, chapter } = await import("@torchlet/d2l");
  const seconds = existsSync(FILE) ? secondsOf(readFileSync(FILE, "utf8")) : {};
  for (const [kind, file] of [
    ["default", process.argv[2]],
    ["quick", process.argv[3]],
  ]) {
    if (file === undefined) continue;
    for (const [id, value] of Object.entries(measured(file))) seconds[id] = { ...seconds[id], [kind]: value };
  }
  writeFileSync(FILE, experimentsTable(experiments, chapter.headings, seconds));
}
