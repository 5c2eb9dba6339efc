// Who is measured: torchlet in its settings, PyTorch, and the other libraries of JavaScript that are installed.
import { benchFolder, peerVersion } from "./find.mjs";

const node = (script, env = {}) => ({ command: process.execPath, args: [`${benchFolder}/${script}`], env });

/** torchlet with one or two threads, with its own kernels or a BLAS; eager, and compiled in the same process. */
function torchlets(hasBlas) {
  return ["wasm", ...(hasBlas ? ["blas"] : [])].flatMap((engine) =>
    [1, 2].flatMap((threads) =>
      ["eager", "compiled"].map((mode) => ({
        name: `torchlet ${engine} ${threads}${mode === "compiled" ? " compiled" : ""}`,
        process: `torchlet ${engine} ${threads}`,
        family: "torchlet",
        engine,
        threads,
        mode,
        ...node("torchlet.mjs", {
          TORCHLET_NUM_THREADS: String(threads),
          // An empty value lets torchlet look for a BLAS.
          TORCHLET_BLAS: engine === "wasm" ? "off" : "",
        }),
      })),
    ),
  );
}

const pytorches = (python, modes) =>
  [1, 2].flatMap((threads) =>
    modes.map((mode) => ({
      name: `pytorch ${threads}${mode === "compiled" ? " compiled" : ""}`,
      process: `pytorch ${threads}`,
      family: "pytorch",
      threads,
      mode,
      command: python,
      args: [`${benchFolder}/pytorch.py`, "--threads", String(threads)],
    })),
  );

const peers = [
  {
    name: "tensorflow.js wasm",
    family: "tensorflow.js",
    package: "@tensorflow/tfjs-backend-wasm",
    script: "tensorflow.mjs",
  },
  { name: "jax-js wasm", family: "jax-js", package: "@jax-js/jax", script: "jax.mjs" },
];

/** All implementations that can run here, those that cannot with the reason, and versions. */
export function findImplementations({ blas, python, torchCompile }) {
  const implementations = torchlets(blas.state === "found");
  const missing = [];
  const versions = { pytorch: python?.version ?? null };
  if (blas.state !== "found") missing.push({ name: "torchlet blas", reason: "no BLAS is found on this machine" });
  if (python === null) missing.push({ name: "pytorch", reason: "no Python with PyTorch (--python PYTHON)" });
  else {
    implementations.push(...pytorches(python.python, torchCompile ? ["eager", "compiled"] : ["eager"]));
    if (!torchCompile) missing.push({ name: "pytorch compiled", reason: "only with --torch-compile" });
  }
  for (const { name, family, package: library, script } of peers) {
    versions[family] = peerVersion(library);
    if (versions[family] === null) {
      missing.push({ name, reason: "not installed (npm run bench -- --peers)" });
    } else {
      implementations.push({ name, process: name, family, threads: 1, mode: "eager", ...node(script) });
    }
  }
  return { implementations, missing, versions };
}
