// Runs one case: all implementations in turn, round after round, so that what disturbs the machine disturbs all of them.
import { setTimeout as sleep } from "node:timers/promises";
import { summarize } from "../stats.mjs";
import { coldStart, Session } from "./session.mjs";

/** The processes of a run: one at a time for each implementation, shared by its eager and compiled form. */
export class Sessions {
  #open = new Map();
  #cold = new Map();

  of(implementation) {
    const found = this.#open.get(implementation.process);
    if (found !== undefined && !found.ended) return found;
    const session = new Session(implementation);
    this.#open.set(implementation.process, session);
    return session;
  }

  /** A cold start; both clocks of a round are read from the same process. */
  coldStart(implementation, round) {
    const key = `${implementation.name}, round ${round}`;
    if (!this.#cold.has(key)) this.#cold.set(key, coldStart(implementation));
    return this.#cold.get(key);
  }

  /** Ends the processes whose implementations fulfil the condition; the next request starts new ones. */
  close(condition = () => true) {
    for (const [name, session] of this.#open) {
      if (!condition(session)) continue;
      session.kill();
      this.#open.delete(name);
    }
  }

  /**
   * Ends the processes of JavaScript: code that V8 has specialised for one case can be twice as slow in the next until it is
   * compiled anew. PyTorch, which takes seconds to start, knows no such thing.
   */
  endCase() {
    this.close(({ family }) => family !== "pytorch");
  }
}

/** Whether an implementation takes part in a case. */
export function takesPart(test, { family, mode, threads }) {
  // torch.compile takes seconds for each shape: the steps, not the sweep.
  if (family === "pytorch" && mode === "compiled" && test.group !== "steps") return false;
  if (test.families !== undefined && !test.families.includes(family)) return false;
  if (test.onlyThreads !== undefined && test.onlyThreads !== threads) return false;
  return mode === "eager" || test.compiled === true;
}

/** What is sent to the processes: the case's data, and where the data set is. */
const message = (test, data) => ({ name: test.name, kind: test.kind, args: test.args, data });

/** One answer of one implementation: `{ times }`, `{ value }`, `{ skipped }` or `{ error }`. */
async function once(test, implementation, sessions, { budget, samples, data }, round) {
  if (test.kind === "cold") {
    const { error, ...clocks } = sessions.coldStart(implementation, round);
    return error === undefined ? { times: [clocks[test.args.clock]] } : { error };
  }
  const request = { do: "measure", test: message(test, data), mode: implementation.mode, budget, samples };
  if (!test.fresh) return sessions.of(implementation).ask(request);
  const session = new Session(implementation);
  try {
    return await session.ask(request, 300);
  } finally {
    session.kill();
  }
}

/**
 * Measures a case.
 *
 * @returns a row: what each implementation measured (best and median in the case's unit, all samples in milliseconds), and
 *   why others did not
 */
export async function measureCase(test, implementations, sessions, options) {
  const row = { case: test.name, group: test.group, text: test.text, unit: test.unit, measured: {}, skipped: {} };
  if (test.flops !== undefined) row.flops = test.flops;
  if (test.bytes !== undefined) row.bytes = test.bytes;
  const taking = implementations.filter((implementation) => takesPart(test, implementation));
  const collected = new Map(taking.map(({ name }) => [name, { times: [], values: [] }]));
  for (let round = 0; round < (test.once ? 1 : options.rounds); round++) {
    for (const implementation of taking) {
      const { name } = implementation;
      if (row.skipped[name] !== undefined) continue;
      const answer = await once(test, implementation, sessions, options, round);
      // The threads of OpenBLAS and of OpenMP spin for some 25 ms before they sleep; the next in turn shall not pay for it.
      if (implementation.threads > 1 && implementation.engine !== "wasm") await sleep(40);
      const reason = answer.skipped ?? answer.error;
      if (reason !== undefined) {
        row.skipped[name] = answer.error === undefined ? reason : `failed: ${reason.split("\n")[0]}`;
        continue;
      }
      const entry = collected.get(name);
      if (answer.value !== undefined) entry.values.push(answer.value);
      else entry.times.push(...answer.times);
    }
  }
  for (const [name, { times, values }] of collected) {
    if (row.skipped[name] !== undefined) continue;
    const summary = values.length > 0 ? { best: Math.min(...values), median: values[0] } : summarize(test, times);
    row.measured[name] = {
      ...summary,
      samples: times.length + values.length,
      times: times.map((t) => +t.toPrecision(6)),
    };
  }
  return row;
}

/** Numbers that an implementation computes in a case, or null where it has nothing to show. */
export async function probe(test, implementation, sessions, data) {
  if (test.fresh || test.kind === "cold" || test.kind.startsWith("epoch")) return null;
  return sessions.of(implementation).ask({ do: "probe", test: message(test, data), mode: implementation.mode });
}
