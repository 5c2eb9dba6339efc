// What the main thread and the threads that run objectives say to each other.
import type { MessagePort } from "node:worker_threads";
import * as torchlet from "torchlet";
import type { Distribution, ParameterValue } from "../core/distributions.js";
import type { Json } from "../core/trial-record.js";
import { TrialPruned } from "../study/pruned.js";

/** What a thread is started with. */
export interface ThreadData {
  readonly module: string;
  readonly name: string;
  readonly options: Json;
  /** Where answers arrive while the thread waits asleep. */
  readonly answers: MessagePort;
  /** One 32-bit word, counted up with each answer. */
  readonly answered: SharedArrayBuffer;
}

/** To a thread. */
export type ToThread =
  | {
      readonly type: "run";
      readonly number: number;
      readonly seed: number;
    }
  | { readonly type: "abort" }
  | { readonly type: "close" };

/** What a thread asks of the trial that it runs; it sleeps until the answer is there. */
export type ThreadRequest = { readonly number: number } & ThreadQuestion;

export type ThreadQuestion =
  | { readonly type: "suggest"; readonly name: string; readonly distribution: Distribution }
  | { readonly type: "report"; readonly value: number; readonly step: number }
  | { readonly type: "shouldPrune" }
  | { readonly type: "setUserAttr"; readonly key: string; readonly value: Json };

export type ThreadAnswer = { readonly value: ParameterValue | undefined } | { readonly error: ErrorData };

/** From a thread. */
export type FromThread =
  | ThreadRequest
  | { readonly type: "ready" }
  | { readonly type: "unfit"; readonly error: ErrorData }
  | { readonly type: "ended"; readonly value: number | readonly number[] }
  | { readonly type: "failed"; readonly error: ErrorData };

/** An error on its way from one thread to another. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Node's own code of an error that is not torchlet's. */
  readonly code: string | undefined;
  /** What a torchlet error is made of. */
  readonly details: (torchlet.ErrorDetails & { readonly code: string }) | null;
}

const plain = (value: unknown): unknown => {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
};

export function errorToData(error: unknown): ErrorData {
  if (!(error instanceof Error))
    return { name: "Error", message: String(error), stack: undefined, code: undefined, details: null };
  const { name, message, stack } = error;
  if (!(error instanceof torchlet.TorchletError)) {
    const { code } = error as { code?: unknown };
    return { name, message, stack, code: typeof code === "string" ? code : undefined, details: null };
  }
  const { code, path, rule, hint, expected, received } = error;
  return {
    name,
    message,
    stack,
    code,
    details: {
      code,
      rule,
      ...(path !== undefined && { path }),
      ...(hint !== undefined && { hint }),
      expected: plain(expected),
      received: plain(received),
    },
  };
}

const plainErrors: Readonly<Record<string, new (message: string) => Error>> = {
  TrialPruned,
  RangeError,
  TypeError,
  SyntaxError,
  ReferenceError,
};

/** The error with its class, where that is JavaScript's or torchlet's own, and with the stack of the thread that it comes from. */
export function errorFromData(data: ErrorData): Error {
  const { name, message, stack, code, details } = data;
  const known = (torchlet as unknown as Readonly<Record<string, unknown>>)[name];
  let error: Error;
  if (details !== null && typeof known === "function" && known.prototype instanceof torchlet.TorchletError) {
    error = new (known as new (code: string, details: torchlet.ErrorDetails) => Error)(details.code, details);
  } else {
    error = new (plainErrors[name] ?? Error)(message);
    error.name = name;
    if (code !== undefined) Object.assign(error, { code });
  }
  if (stack !== undefined) error.stack = stack;
  return error;
}
