// What `npm run bench` understands.
import { parseArgs } from "node:util";

export const help = `npm run bench -- [options]: torchlet, PyTorch, TensorFlow.js and jax-js side by side, in turn, in one run

  --only REGEX        the cases whose name or group matches (groups: steps, products, elementwise, startup, epoch, memory, sweep)
  --goals             the cases that the goals need, and the goals at the end
  --impl REGEX        the implementations whose name matches ("torchlet wasm 1", "torchlet blas 2 compiled", "pytorch 2", ...)
  --rounds N          how often the implementations take turns (default: 5)
  --quick             one short round, small sizes of the long cases: does everything run?
  --data DIR          the folder of Fashion-MNIST (default: TORCHLET_DATA, or shared/data beside the project)
  --python PYTHON     a Python with PyTorch (default: TORCHLET_PYTHON, or python3 where it has one)
  --torch-compile     PyTorch's torch.compile as well, for the steps (needs a C++ compiler; some seconds a network)
  --slow              the book's own DataLoader loop as well
  --browser           a browser as well (bench/browser/run.mjs)
  --peers             installs TensorFlow.js and jax-js into bench/peers first
  --json FILE         writes the results as JSON
  --save              writes bench/results: results.json, results.md, the charts; and the tables of docs/performance.md
                      (what a run leaves out is "not measured" there)
  --help              this text`;

/** The options, checked. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      goals: { type: "boolean", default: false },
      impl: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      data: { type: "string" },
      python: { type: "string" },
      "torch-compile": { type: "boolean", default: false },
      slow: { type: "boolean", default: false },
      browser: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      json: { type: "string" },
      save: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be a positive integer, got ${values.rounds}`);
  }
  const pattern = (text) => (text === undefined ? null : new RegExp(text));
  return {
    ...values,
    rounds,
    only: pattern(values.only),
    impl: pattern(values.impl),
    torchCompile: values["torch-compile"],
    // Milliseconds of warming up and of measuring a case in one round.
    budget: values.quick ? 40 : 120,
    samples: 5,
  };
}
