// torch.compile: a function of tensors, captured at its first call and replayed by one call into the engine.

import { anomalyDetectionEnabled } from "../autograd/anomaly.js";
import { isGradEnabled } from "../autograd/index.js";
import { type Refusal, recording, setRecording } from "../engine/index.js";
import type { Localized } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { setTrace } from "../tensor/trace.js";
import { matchPattern, type Pattern, patternOf } from "./pattern.js";
import { captureError, refusedArguments, refusedResult } from "./refusals.js";
import { Replay } from "./replay.js";
import { Session } from "./session.js";

/** Options of `compile`. */
export interface CompileOptions {
  /**
   * Whether what cannot be captured is an error. With false such calls run as they are, one operation after another.
   * Default: true.
   */
  readonly fullgraph?: boolean;
  /** Name in errors. Default: the function's. */
  readonly name?: string;
}

/** What became of the calls of a compiled function. */
export interface CompileReport {
  /** Steps that can be replayed now. */
  readonly plans: number;
  /** Calls that were captured, replayed, and run as they are. */
  readonly captured: number;
  readonly replayed: number;
  readonly eager: number;
  /** Why calls run as they are, where they do. */
  readonly reason: Localized | null;
}

/** A compiled function: called as the original. */
export interface Compiled<A extends unknown[], R> {
  (...args: A): R;
  /** What became of the calls so far. */
  report(): CompileReport;
  /** Gives the memory of all plans back; the next call captures anew. */
  dispose(): void;
}

/** A call that is not captured: arguments of this pattern run as they are. */
interface Exempt {
  readonly pattern: Pattern;
  readonly gradEnabled: boolean;
  readonly reason: Refusal;
}

/** Plans a function keeps; beyond, the one that was not used for longest goes. */
const MOST_PLANS = 8;
/** Bytes that all plans together may keep. */
const PLAN_BUDGET = 512 * 1024 * 1024;
const PLANS_IN_ALL = 64;
/** Captures of one function in a row that found new state to set up, before they are given up. */
const MOST_POSTPONED = 4;
/** Kinds of calls of one function that cannot be captured, before no call is tried any more. */
const MOST_EXEMPT = 16;
/** Captures in a row without a replay, before a function is left alone: its arguments are never the same. */
const MOST_BARREN = 32;

const NEVER_SETTLED: Refusal = {
  en: "it sets up new long-lived state in every call",
  zh: "每次调用都会建立新的长期状态",
};
const NEVER_REPLAYED: Refusal = {
  en: "shapes, types or plain values among its arguments are others in every call",
  zh: "每次调用时参数的形状、类型或普通值都不相同",
};

/** All plans. Bounded, so that functions which are compiled in a loop and forgotten leave nothing behind. */
const inUse = new Map<Replay, () => void>();
let uses = 0;

/** Adds a plan; those that were not used for longest go while there are too many. */
function remember(replay: Replay, forget: () => void): void {
  replay.lastUse = ++uses;
  inUse.set(replay, forget);
  let bytes = 0;
  for (const each of inUse.keys()) bytes += each.bytes;
  while ((bytes > PLAN_BUDGET || inUse.size > PLANS_IN_ALL) && inUse.size > 1) {
    let oldest = replay;
    for (const each of inUse.keys()) if (each.lastUse < oldest.lastUse) oldest = each;
    bytes -= oldest.bytes;
    inUse.get(oldest)!();
  }
}

/**
 * Compiles a function of tensors: inference, or a whole training step.
 *
 * The first call with arguments of given shapes and types runs as usual and is captured: every instruction of the engine with
 * its buffers. Later calls with such arguments replay it in one call into the engine, on all threads, without the graph, and
 * give the same numbers bit for bit. Other shapes, types or plain values among the arguments make another plan, and so does a
 * module that changed from training to evaluation or has other parameters.
 *
 * A step may contain everything that happens in the engine: forward, `backward()`, clipping, optimizer steps with whatever
 * learning rate they have by then, schedules, gradients that accumulate over calls, dropout (each replay draws new masks).
 * Results are new tensors in each call. What happens in JavaScript alone (a counter, a value kept in a variable, printing)
 * happens when the step is captured, not in replays; values that change from call to call must be arguments.
 *
 * @param fn takes and returns tensors, also in arrays and plain objects, and plain values
 * @throws CaptureError, at a call that would be captured, where the step reads a value in the middle (`item()`), chooses sizes
 *   by values, runs hooks, is asynchronous, returns something that still waits for `backward()` or is neither tensor nor plain
 *   value, or where an argument has a graph of its own; it names the line and what to do instead
 *
 * @example
 * const step = torch.compile((X: torch.Tensor, y: torch.Tensor) => {
 *   optimizer.zeroGrad();
 *   const l = loss(net(X), y);
 *   l.backward();
 *   optimizer.step();
 *   return l;
 * });
 * for (const [X, y] of loader) console.log(step(X, y).item());
 */
export function compile<A extends unknown[], R>(fn: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const { fullgraph = true, name = fn.name || "step" } = options;
  const replays: Replay[] = [];
  const exempt: Exempt[] = [];
  let [captured, replayed, eager] = [0, 0, 0];
  /** Captures in a row that only set up state, and those after which no replay came. */
  let [postponed, barren] = [0, 0];
  /** Why no call is captured any more. */
  let givenUp: Refusal | null = null;

  const forget = (replay: Replay): void => {
    const at = replays.indexOf(replay);
    if (at >= 0) replays.splice(at, 1);
    inUse.delete(replay);
    replay.dispose();
  };

  const dispose = (): void => {
    for (const replay of [...replays]) forget(replay);
    exempt.length = 0;
    postponed = barren = 0;
    givenUp = null;
  };

  const plain = (args: A): R => {
    eager++;
    return fn(...args);
  };

  /** From now on such calls run as they are. */
  const except = (pattern: Pattern, reason: Refusal): void => {
    exempt.push({ pattern, gradEnabled: isGradEnabled(), reason });
    if (exempt.length >= MOST_EXEMPT) givenUp = reason;
  };

  const capture = (args: A): R => {
    const given: Tensor[] = [];
    const pattern = patternOf(args, given);
    const session = new Session((what) => {
      if (fullgraph) throw captureError(name, what);
    });
    const { recorder } = session;
    const refused = refusedArguments(pattern, given);
    if (refused !== null) {
      recorder.refuse(refused);
      except(pattern, refused);
      return plain(args);
    }
    let value: R;
    setRecording(recorder);
    setTrace(session);
    try {
      value = fn(...args);
      const returned: Tensor[] = [];
      const result = refusedResult(session, value, patternOf(value, returned), returned);
      if (result !== null) recorder.refuse(result);
    } catch (error) {
      recorder.abandon();
      throw error;
    } finally {
      setRecording(null);
      setTrace(null);
    }
    captured++;
    if (recorder.refusal === null && (recorder.postponed || !recorder.isSettled())) {
      if (++postponed > MOST_POSTPONED) recorder.refusal = NEVER_SETTLED;
    } else postponed = 0;
    if (recorder.refusal !== null) except(pattern, recorder.refusal);
    if (recorder.refusal !== null || postponed > 0) {
      recorder.abandon();
      return value;
    }
    if (++barren > MOST_BARREN) givenUp = NEVER_REPLAYED;
    const replay = new Replay(session, pattern, given, value);
    replays.unshift(replay);
    if (replays.length > MOST_PLANS) forget(replays.at(-1)!);
    remember(replay, () => forget(replay));
    return value;
  };

  const call = (...args: A): R => {
    // Inside another capture the step is a part of that one.
    if (recording !== null || anomalyDetectionEnabled()) return fn(...args);
    for (let i = 0; i < replays.length; i++) {
      const replay = replays[i]!;
      if (!replay.matches(args)) continue;
      // Labels or indices outside the range: as it is, it says what is wrong with them.
      if (!replay.inRange()) return plain(args);
      if (i > 0) {
        replays.splice(i, 1);
        replays.unshift(replay);
      }
      replayed++;
      barren = 0;
      replay.lastUse = ++uses;
      return replay.run() as R;
    }
    if (givenUp !== null) return plain(args);
    const gradEnabled = isGradEnabled();
    for (const e of exempt) {
      if (e.gradEnabled === gradEnabled && matchPattern(e.pattern, args, [], 0) >= 0) return plain(args);
    }
    return capture(args);
  };
  return Object.assign(call, {
    report: (): CompileReport => {
      const { en, zh } = givenUp ?? exempt.at(-1)?.reason ?? { en: "", zh: "" };
      return { plans: replays.length, captured, replayed, eager, reason: en === "" ? null : { en, zh } };
    },
    dispose,
  });
}
