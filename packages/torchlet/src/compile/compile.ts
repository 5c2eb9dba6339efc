// torch.compile: a function of tensors, captured at its first call and replayed by one call into the engine.

import { anomalyDetectionEnabled } from "../autograd/anomaly.js";
import { isGradEnabled, Node } from "../autograd/index.js";
import { type Refusal, recording, setRecording } from "../engine/index.js";
import { CaptureError, type Localized } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { setTrace } from "../tensor/trace.js";
import { matchPattern, type Pattern, patternOf } from "./pattern.js";
import { Replay } from "./replay.js";
import { Session } from "./session.js";
import { userLine } from "./user-line.js";

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

/** Whether a result still waits for a backward pass: some way from it to a leaf has not been walked. */
function awaitsBackward(tensor: Tensor, seen = new Set<Node>()): boolean {
  const visit = (node: Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    if (node.isReleased) return false;
    return node.edges.some((edge, i) => (edge === null ? node.needs(i) : visit(edge)));
  };
  return tensor.node instanceof Node && visit(tensor.node);
}

/** Error of a step that cannot be captured. */
function captureError(name: string, what: Refusal): CaptureError {
  const line = userLine();
  const at = line === undefined ? "" : ` (${line})`;
  return new CaptureError("not-capturable", {
    path: `compile(${name})`,
    rule: { en: `${what.en}${at}`, zh: `${what.zh}${at}` },
    received: line,
    hint: {
      en: "return the tensor and read it after the call, or compile with { fullgraph: false } to run such steps uncompiled",
      zh: "请返回该张量并在调用之后读取，或用 { fullgraph: false } 让此类步骤不经编译运行",
    },
  });
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
 * learning rate they have by then, schedules, dropout (each replay draws new masks). Results are new tensors in each call. What
 * happens in JavaScript alone (a counter, a value kept in a variable, printing) happens when the step is captured, not in
 * replays; values that change from call to call must be arguments.
 *
 * @param fn takes and returns tensors, also in arrays and plain objects, and plain values
 * @throws CaptureError, at the first call, where the step reads a value in the middle (`item()`), chooses sizes by values, or
 *   returns a tensor that still waits for `backward()`
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
  let [captured, replayed, eager, postponed] = [0, 0, 0, 0];

  const forget = (replay: Replay): void => {
    const at = replays.indexOf(replay);
    if (at >= 0) replays.splice(at, 1);
    inUse.delete(replay);
    replay.dispose();
  };

  const capture = (args: A): R => {
    const given: Tensor[] = [];
    const pattern = patternOf(args, given);
    const session = new Session((what) => {
      if (fullgraph) throw captureError(name, what);
    });
    const { recorder } = session;
    let value: R;
    setRecording(recorder);
    setTrace(session);
    try {
      value = fn(...args);
      if (value instanceof Promise) recorder.refuse({ en: "the function is asynchronous", zh: "该函数是异步函数" });
      const returned: Tensor[] = [];
      patternOf(value, returned);
      if (returned.some((t) => awaitsBackward(t))) {
        recorder.refuse({
          en: "the result still waits for backward(): compile the whole step, or call it under noGrad",
          zh: "结果仍在等待 backward()：请编译整个训练步骤，或在 noGrad 下调用",
        });
      }
      if (returned.some((t) => [...session.gradients.keys()].some((leaf) => leaf.gradient?.storage === t.storage))) {
        recorder.refuse({
          en: "the step returns a gradient: return a clone() of it",
          zh: "该步骤返回了梯度：请返回它的 clone()",
        });
      }
      if (new Set(given.map((t) => t.storage)).size < given.length) {
        recorder.refuse({ en: "two arguments share their memory", zh: "两个参数共享内存" });
      }
    } catch (error) {
      setRecording(null);
      setTrace(null);
      recorder.abandon();
      throw error;
    }
    setRecording(null);
    setTrace(null);
    captured++;
    if (recorder.refusal === null && (recorder.postponed || !recorder.isSettled())) {
      recorder.abandon();
      if (++postponed <= MOST_POSTPONED) return value;
      recorder.refusal = { en: "it sets up new long-lived state in every call", zh: "每次调用都会建立新的长期状态" };
      exempt.push({ pattern, gradEnabled: isGradEnabled(), reason: recorder.refusal });
      return value;
    }
    if (recorder.refusal !== null) {
      recorder.abandon();
      exempt.push({ pattern, gradEnabled: isGradEnabled(), reason: recorder.refusal });
      return value;
    }
    postponed = 0;
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
      const tensors = replay.matches(args);
      if (tensors === null) continue;
      // Labels or indices outside the range: as it is, it says what is wrong with them.
      if (!replay.inRange(tensors)) return fn(...args);
      if (i > 0) {
        replays.splice(i, 1);
        replays.unshift(replay);
      }
      replayed++;
      replay.lastUse = ++uses;
      return replay.run(tensors) as R;
    }
    const gradEnabled = isGradEnabled();
    if (exempt.some((e) => e.gradEnabled === gradEnabled && matchPattern(e.pattern, args, []))) {
      eager++;
      return fn(...args);
    }
    return capture(args);
  };
  return Object.assign(call, {
    report: (): CompileReport => ({
      plans: replays.length,
      captured,
      replayed,
      eager,
      reason: exempt.at(-1)?.reason ?? null,
    }),
    dispose: () => {
      for (const replay of [...replays]) forget(replay);
      exempt.length = 0;
    },
  });
}
