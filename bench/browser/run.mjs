// Measures torchlet in headless Chromium, with one thread (a plain page) and with two (a cross-origin isolated one).
//
//   node bench/browser/run.mjs [--json FILE] [--rounds 3] [--only REGEX]
//
// Beside it TensorFlow.js on wasm, where bench/peers has it. Every round opens a new page for every case and
// implementation, in turn, so that a disturbance of the machine meets all of them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import {
  findChromium,
  launchChromium,
  NO_CHROMIUM,
  servePages,
} from "../../packages/torchlet/test/browser/page-host.mjs";
import { cases, inUnit } from "./cases.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: { json: { type: "string" }, rounds: { type: "string", default: "3" }, only: { type: "string" } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`--rounds must be a positive integer, got ${options.rounds}`);
}
const only = options.only === undefined ? null : new RegExp(options.only);

const executable = findChromium();
if (executable === null) {
  console.log(NO_CHROMIUM);
  process.exit(0);
}

/** TensorFlow.js's browser files by name; null where it is not installed. */
function tensorflowFiles() {
  const folder = resolve(here, "../peers/node_modules/@tensorflow");
  const backend = `${folder}/tfjs-backend-wasm/dist`;
  if (!existsSync(`${folder}/tfjs/dist/tf.min.js`) || !existsSync(backend)) return null;
  const names = readdirSync(backend).filter((name) => name.endsWith(".wasm") || name === "tf-backend-wasm.min.js");
  return Object.fromEntries([
    ["tf.min.js", readFileSync(`${folder}/tfjs/dist/tf.min.js`)],
    ...names.map((name) => [name, readFileSync(`${backend}/${name}`)]),
  ]);
}

/** The toolkit's browser entry, which imports torchlet from beside it. */
async function toolkit() {
  const { outputFiles } = await build({
    entryPoints: [resolve(here, "../../packages/d2l/dist/browser.js")],
    external: ["torchlet"],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return outputFiles[0].contents;
}

const tensorflow = tensorflowFiles();
if (tensorflow === null) console.log("TensorFlow.js: skipped, bench/peers is not installed");
const pages = await servePages({
  "page.html": `<!doctype html><meta charset="utf-8"><script type="importmap">
    {"imports": {"torchlet": "./torchlet.js", "@torchlet/d2l": "./d2l.js"}}</script>`,
  "torchlet.js": readFileSync(resolve(here, "../../packages/torchlet/dist/index.js")),
  "d2l.js": await toolkit(),
  ...tensorflow,
  ...Object.fromEntries(
    ["timing.mjs", "torchlet-page.mjs", "tensorflow-page.mjs"].map((name) => [name, readFileSync(`${here}/${name}`)]),
  ),
});

const one = { policy: "open", threads: 1 };
const two = { policy: "isolated", threads: 2 };
const torchlet = { script: "torchlet-page.mjs", compiled: false };
const peer = { script: "tensorflow-page.mjs", compiled: false };
const implementations = [
  { name: "chromium 1 thread", ...one, ...torchlet },
  { name: "chromium 2 threads", ...two, ...torchlet },
  { name: "chromium 1 thread compiled", ...one, ...torchlet, compiled: true },
  { name: "chromium 2 threads compiled", ...two, ...torchlet, compiled: true },
  ...(tensorflow === null
    ? []
    : [
        { name: "chromium tensorflow.js 1 thread", ...one, ...peer },
        { name: "chromium tensorflow.js 2 threads", ...two, ...peer },
      ]),
];

const browser = await launchChromium(executable);

/** One case in a page of its own. */
async function measure(test, { policy, threads, compiled, script }) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(pages.url(policy, "page.html"));
    return await page.evaluate(
      async ([url, job]) => {
        const { measure } = await import(url);
        return measure(job);
      },
      [pages.url(policy, script), { test, threads, compiled }],
    );
  } finally {
    await context.close();
  }
}

const results = [];
try {
  for (const test of cases) {
    if (only !== null && !only.test(test.name)) continue;
    const measured = new Map();
    for (let round = 0; round < rounds; round++) {
      for (const implementation of implementations) {
        const answer = await measure(test, implementation);
        if (!Array.isArray(answer)) continue;
        const values = measured.get(implementation.name) ?? [];
        values.push(...answer.map((milliseconds) => inUnit(test, milliseconds)));
        measured.set(implementation.name, values);
      }
    }
    const texts = [];
    for (const [implementation, values] of measured) {
      const sorted = values.sort((a, b) => (test.unit === "GFLOP/s" ? b - a : a - b));
      const [best, median] = [sorted[0], sorted[sorted.length >> 1]];
      results.push({ case: test.name, unit: test.unit, implementation, best, median });
      texts.push(`${implementation} ${best.toPrecision(3)} (median ${median.toPrecision(3)})`);
    }
    console.log(`${test.name} [${test.unit}], ${test.text}: ${texts.join(" | ")}`);
  }
} finally {
  await browser.close();
  await pages.close();
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
