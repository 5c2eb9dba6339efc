// The thread that runs objectives: loads the module, then runs one trial after the other. Its trial asks the main thread for everything.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Distribution, ParameterValue } from "../core/distributions.js";
import type { Json } from "../core/trial-record.js";
import { Suggesting } from "../study/suggesting.js";
import type { ModuleObjective, ObjectiveTrial } from "./objective-module.js";
import {
  errorFromData,
  errorToData,
  type FromThread,
  type ThreadAnswer,
  type ThreadData,
  type ThreadQuestion,
  type ToThread,
} from "./thread-messages.js";

const port = parentPort!;
const { module, name, options, answers, answered } = workerData as ThreadData;
const word = new Int32Array(answered);
const say = (message: FromThread) => port.postMessage(message);

/** Sleeps until the main thread has answered: `suggestFloat` gives a number, not a promise. */
function ask(number: number, question: ThreadQuestion): unknown {
  let count = Atomics.load(word, 0);
  say({ number, ...question });
  for (;;) {
    Atomics.wait(word, 0, count);
    count = Atomics.load(word, 0);
    const received = receiveMessageOnPort(answers) as { readonly message: ThreadAnswer } | undefined;
    if (received === undefined) continue;
    const { message } = received;
    if ("error" in message) throw errorFromData(message.error);
    return message.value;
  }
}

class ThreadTrial extends Suggesting implements ObjectiveTrial {
  readonly params: Record<string, ParameterValue> = {};

  constructor(
    readonly number: number,
    readonly seed: number,
    readonly signal: AbortSignal,
  ) {
    super();
  }

  override suggest(name: string, distribution: Distribution): ParameterValue {
    const value = ask(this.number, { type: "suggest", name, distribution }) as ParameterValue;
    this.params[name] = value;
    return value;
  }

  report(value: number, step: number): void {
    ask(this.number, { type: "report", value, step });
  }

  shouldPrune(): boolean {
    return ask(this.number, { type: "shouldPrune" }) as boolean;
  }

  setUserAttr(key: string, value: Json): void {
    ask(this.number, { type: "setUserAttr", key, value });
  }
}

async function load(): Promise<ModuleObjective> {
  const exported = ((await import(module)) as Readonly<Record<string, unknown>>)[name];
  if (typeof exported === "function") return exported as ModuleObjective;
  throw new TypeError(`${module} exports no function of the name ${name}`);
}

let abort = new AbortController();

async function run(objective: ModuleObjective, number: number, seed: number): Promise<void> {
  abort = new AbortController();
  try {
    const value = await objective(new ThreadTrial(number, seed, abort.signal), options);
    say({ type: "ended", value });
  } catch (error) {
    say({ type: "failed", error: errorToData(error) });
  }
}

try {
  const objective = await load();
  port.on("message", (message: ToThread) => {
    switch (message.type) {
      case "run":
        void run(objective, message.number, message.seed);
        return;
      case "abort":
        abort.abort();
        return;
      case "close":
        process.exit(0);
        return;
      default:
        message satisfies never;
    }
  });
  say({ type: "ready" });
} catch (error) {
  say({ type: "unfit", error: errorToData(error) });
  port.close();
}
