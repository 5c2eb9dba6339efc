// npm run bench: every case in every implementation, in turn, several rounds; minimum and median.
//
//   npm run bench -- [--json FILE] [--only REGEX] [--rounds 3] [--data DIR] [--python PYTHON]
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases } from "./cases.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    data: { type: "string" },
    python: { type: "string" },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds must be a positive integer, got ${options.rounds}`);
const only = options.only === undefined ? null : new RegExp(options.only);

/** The folder with Fashion-MNIST: given, from the environment, or beside the project. */
function findData() {
  const candidates = [options.data, process.env.TORCHLET_DATA, resolve(here, "../../shared/data")].filter(Boolean);
  for (const folder of candidates.flatMap((f) => [f, `${f}/fashion-mnist`])) {
    if (existsSync(`${folder}/train-images-idx3-ubyte.gz`)) return resolve(folder);
  }
  return null;
}

/** A Python with PyTorch: given, or the one on the path. */
function findPython() {
  for (const python of [options.python, "python3"].filter(Boolean)) {
    const { status, stdout } = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], {
      encoding: "utf8",
    });
    if (status === 0) return { python, version: stdout.trim() };
  }
  if (options.python !== undefined) throw new Error(`${options.python} has no PyTorch`);
  return null;
}

const { engineInfo } = await import("torchlet");
const hasBlas = engineInfo().blas.state === "found";
const data = findData();
const python = findPython();
const implementations = [
  ...[
    { name: "wasm 1", TORCHLET_NUM_THREADS: "1", TORCHLET_BLAS: "off" },
    { name: "wasm 2", TORCHLET_NUM_THREADS: "2", TORCHLET_BLAS: "off" },
    ...(hasBlas
      ? [
          { name: "blas 1", TORCHLET_NUM_THREADS: "1", TORCHLET_BLAS: "" },
          { name: "blas 2", TORCHLET_NUM_THREADS: "2", TORCHLET_BLAS: "" },
        ]
      : []),
  ].map(({ name, ...env }) => ({ name, env, command: process.execPath, args: [`${here}/torchlet.mjs`] })),
  ...(python === null
    ? []
    : [1, 2].map((threads) => ({
        name: `pytorch ${threads}`,
        command: python.python,
        args: [`${here}/pytorch.py`],
        more: ["--threads", String(threads)],
        foreign: true,
      }))),
];

const results = [];
for (const test of cases) {
  if (only !== null && !only.test(test.name)) continue;
  if (test.needsData && data === null) {
    console.log(`${test.name}: skipped, Fashion-MNIST is not here (--data DIR)`);
    continue;
  }
  const row = { case: test.name, text: test.text, unit: test.unit, measured: {} };
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, args, env = {}, more = [], foreign } of implementations) {
      if (foreign && test.torchletOnly) continue;
      const all = [...args, test.name, ...(test.needsData ? [data] : []), ...more];
      const { status, stdout, stderr } = spawnSync(command, all, {
        encoding: "utf8",
        cwd: here,
        env: { ...process.env, ...env },
      });
      if (status !== 0) throw new Error(`${name} failed in ${test.name}:\n${stderr}`);
      const { value, peakMemoryMB } = JSON.parse(stdout.trim().split("\n").at(-1));
      const entry = (row.measured[name] ??= { values: [], peakMemoryMB: 0 });
      entry.values.push(value);
      entry.peakMemoryMB = Math.max(entry.peakMemoryMB, peakMemoryMB);
    }
  }
  for (const entry of Object.values(row.measured)) {
    const sorted = [...entry.values].sort((a, b) => a - b);
    entry.best = test.better === "higher" ? sorted.at(-1) : sorted[0];
    entry.median = sorted[sorted.length >> 1];
  }
  results.push(row);
  const text = Object.entries(row.measured)
    .map(
      ([name, { best, median, peakMemoryMB }]) =>
        `${name} ${best.toPrecision(3)} (median ${median.toPrecision(3)}, ${peakMemoryMB.toFixed(0)} MB)`,
    )
    .join(" | ");
  console.log(`${test.name} [${test.unit}]: ${text}`);
}

if (options.json !== undefined) {
  const environment = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    pytorch: python?.version ?? null,
  };
  writeFileSync(
    options.json,
    `${JSON.stringify({ date: new Date().toISOString(), environment, rounds, results }, null, 1)}\n`,
  );
}
