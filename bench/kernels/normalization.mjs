// Times normalization, dropout, softmax and cross entropy: microseconds a call, the shortest of many rounds.
//
//   node bench/kernels/normalization.mjs [--threads 1] [--only REGEX] [--library FILE] [--python PYTHON]
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    threads: { type: "string", default: "1" },
    only: { type: "string", default: "." },
    library: { type: "string" },
    python: { type: "string" },
  },
});
process.env.TORCHLET_NUM_THREADS = options.threads;
process.env.TORCHLET_BLAS = "off";
const torch = await import(options.library === undefined ? "torchlet" : pathToFileURL(options.library).href);
const { nn } = torch;
const F = nn.functional;
const only = new RegExp(options.only);

torch.manualSeed(0);
const wide = torch.randn(1000, 1000);
const square = torch.randn(256, 256);
const logits = torch.randn(256, 10);
const labels = torch.randint(10, [256]);

/** A forward and a backward pass; the gradient that comes in is a tensor made before. */
function both(x, parameters, f) {
  const leaf = x.clone().requiresGrad_();
  const g = f(leaf).ndim === 0 ? undefined : torch.randn([...x.shape]);
  return () => {
    leaf.grad = null;
    for (const p of parameters) p.grad = null;
    f(leaf).backward(g);
  };
}

function layerNorm() {
  const layer = new nn.LayerNorm(1000);
  return [() => torch.noGrad(() => layer(wide)), both(wide, layer.parameters(), layer)];
}
const [layerForward, layerBoth] = layerNorm();
const batch = new nn.BatchNorm1d(256);
const cases = {
  "layerNorm (1000,1000) forward": layerForward,
  "layerNorm (1000,1000) both": layerBoth,
  "batchNorm (256,256) both": both(square, batch.parameters(), batch),
  "dropout (256,256) both": both(square, [], (x) => F.dropout(x, 0.5)),
  "softmax (1000,1000) forward": () => wide.softmax(1),
  "softmax (1000,1000) both": both(wide, [], (x) => x.softmax(1)),
  "logSoftmax (1000,1000) forward": () => wide.logSoftmax(1),
  "softmax (256,10) forward": () => logits.softmax(1),
  "softmax (256,10) both": both(logits, [], (x) => x.softmax(1)),
  "crossEntropy (256,10) both": both(logits, [], (x) => F.crossEntropy(x, labels)),
  "crossEntropy none (256,10) both": both(logits, [], (x) => F.crossEntropy(x, labels, { reduction: "none" }).sum()),
};

/** The shortest of rounds of about 20 ms, for about a second. */
async function best(body) {
  const begun = performance.now();
  let calls = 0;
  while (performance.now() - begun < 150) {
    body();
    // Threads start and report between turns of the event loop.
    if (++calls % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const count = Math.max(1, Math.round(calls / 8));
  let shortest = Infinity;
  for (const end = performance.now() + 1000; performance.now() < end; ) {
    const start = performance.now();
    for (let i = 0; i < count; i++) body();
    shortest = Math.min(shortest, (performance.now() - start) / count);
  }
  return shortest * 1000;
}

const names = Object.keys(cases).filter((name) => only.test(name));
const rows = [];
for (const name of names) rows.push([name, await best(cases[name])]);

let reference = {};
if (options.python !== undefined) {
  const script = fileURLToPath(new URL("normalization.py", import.meta.url));
  const run = spawnSync(options.python, [script, options.threads, options.only], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  reference = JSON.parse(run.stdout);
}
console.log(`microseconds, ${options.threads} threads`.padEnd(36), "torchlet".padStart(10), "PyTorch".padStart(10));
for (const [name, time] of rows) {
  const other = reference[name];
  console.log(name.padEnd(36), time.toFixed(1).padStart(10), (other === undefined ? "" : other.toFixed(1)).padStart(10));
}
process.exit(0);
