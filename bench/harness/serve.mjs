// A measuring process: reads requests, one JSON object a line, builds what they name, answers on standard output.
import { createInterface } from "node:readline";
import { mark } from "./protocol.mjs";
import { sample, warmUp } from "./timing.mjs";

/** What `serve` builds from: a function for each kind of case. */
export const byKind = (kinds, who) => (test, mode) =>
  Object.hasOwn(kinds, test.kind)
    ? kinds[test.kind](test.args, mode, test.data)
    : { skipped: `no ${test.kind} in ${who}` };

/**
 * Serves until standard input ends.
 *
 * @param build makes of `{ name, kind, args }` and a mode ("eager", "compiled") an object with `run` (one operation),
 *   `probe` (numbers that tell whether it computes the right thing), or `value` (measures something itself), or
 *   `skipped` (why not)
 * @param info what the process says about itself
 */
export async function serve(build, info = () => ({})) {
  let caseName = null;
  let built = new Map();

  async function operation(test, mode) {
    if (caseName !== test.name) built = new Map();
    caseName = test.name;
    if (!built.has(mode)) built.set(mode, await build(test, mode));
    return built.get(mode);
  }

  const answers = {
    info: async () => info(),
    async measure({ test, mode, samples, budget }) {
      const op = await operation(test, mode);
      if (op.skipped !== undefined) return { skipped: op.skipped };
      if (op.value !== undefined) return { value: await op.value() };
      op.estimate ??= await warmUp(op.run, budget);
      const times = await sample(op.run, op.estimate, samples, budget);
      // What was slow while it was being compiled, or disturbed, gets more runs in the next round.
      op.estimate = Math.min(op.estimate, ...times);
      return { times };
    },
    async probe({ test, mode }) {
      const op = await build(test, mode);
      if (op.skipped !== undefined) return { skipped: op.skipped };
      return { values: op.probe === undefined ? null : Array.from(await op.probe()) };
    },
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    let answer;
    try {
      answer = await answers[request.do](request);
    } catch (error) {
      answer = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(`${mark}${JSON.stringify(answer)}\n`);
  }
  // Pools of threads may keep a foreign library's process alive.
  process.exit(0);
}
