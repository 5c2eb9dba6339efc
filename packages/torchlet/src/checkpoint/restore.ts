// A checkpoint's content put back into living objects: all of it, or nothing.
import { noGrad } from "../autograd/index.js";
import { TorchletError } from "../errors/index.js";
import { copy_ } from "../ops/inplace.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { type Content, imageOfState, readVerified } from "./image.js";
import {
  capture,
  classOf,
  findMisfits,
  isKind,
  type Kind,
  kindOf,
  restoreObject,
  type StatefulObject,
} from "./kinds.js";
import { type Problem, problem, refuse, refuseForeign } from "./problems.js";
import { ARRAYS, type ArrayName, DEEPEST, isPlain, type Json, pathText, type SavedObject } from "./tree.js";

/** An object of the user's with the state that it shall take. */
interface Job {
  readonly path: string;
  readonly object: StatefulObject | Tensor;
  readonly state: unknown;
}

/** Reads a tree, beside the user's own where there is one. */
class TreeReader {
  readonly jobs: Job[] = [];
  readonly problems: Problem[] = [];
  private readonly met = new Set<unknown>();

  constructor(
    private readonly content: Content,
    private readonly path: string,
    /** Whether states go into objects; else they are values among the others. */
    private readonly restoring: boolean,
  ) {}

  read(json: Json, own: unknown, path: readonly string[]): unknown {
    if (path.length > 2 * DEEPEST) throw this.broken();
    if (json === null || typeof json !== "object") return this.value(json, own, path);
    if (Array.isArray(json)) {
      const list = json.map((v, i) => this.read(v, Array.isArray(own) ? own[i] : undefined, [...path, `${i}`]));
      this.refuseMissing(own, path);
      return list;
    }
    const keys = Object.keys(json);
    const tag = keys.length === 1 && /^[$](?![$])/.test(keys[0]!) ? keys[0]! : null;
    if (tag !== null) return this.tagged(tag, json[tag]!, own, path);
    const entries = keys.map((key) => {
      const name = key.startsWith("$$") ? key.slice(1) : key;
      const inner = isPlain(own) && Object.hasOwn(own, name) ? own[name] : undefined;
      return [name, this.read(json[key]!, inner, [...path, name])] as const;
    });
    this.refuseMissing(own, path);
    return Object.fromEntries(entries);
  }

  private tagged(tag: string, json: Json, own: unknown, path: readonly string[]): unknown {
    switch (tag) {
      case "$number":
        return this.value(Number(json), own, path);
      case "$bigint":
        if (typeof json !== "string" || !/^-?[0-9]+$/.test(json)) throw this.broken();
        return this.value(BigInt(json), own, path);
      case "$undefined":
        return this.value(undefined, own, path);
      case "$tensor":
        return this.tensor(this.stored(json), own, path);
      case "$array": {
        const [name, type] = Array.isArray(json) ? json : [];
        if (typeof type !== "string" || !Object.hasOwn(ARRAYS, type)) throw this.broken();
        const values = this.stored(name);
        if (values.dtype !== ARRAYS[type as ArrayName].dtype) throw this.broken();
        return this.value(values.toTypedArray(), own, path);
      }
      default: {
        const whole = tag === "$object" ? json : null;
        if (!isPlain(whole) || !isKind(whole["kind"]) || typeof whole["class"] !== "string") throw this.broken();
        return this.object(whole as unknown as SavedObject, own, path);
      }
    }
  }

  private stored(name: unknown): Tensor {
    const tensor = typeof name === "string" ? this.content.tensors.get(name) : undefined;
    if (tensor === undefined) throw this.broken();
    return tensor;
  }

  /** A plain value, where the user may not have something that needs a state. */
  private value<T>(value: T, own: unknown, path: readonly string[]): T {
    this.refuseMissing(own, path);
    return value;
  }

  /** The user's own tensor takes the saved one's values: optimizers and closures may hold it. */
  private tensor(saved: Tensor, own: unknown, path: readonly string[]): unknown {
    if (!(own instanceof Tensor) || !this.restoring) return this.value(saved, own, path);
    this.met.add(own);
    const at = pathText(path);
    if (own.dtype !== saved.dtype || !sameShape(own.shape, saved.shape)) {
      const [was, is] = [saved, own].map((x) => `${x.dtype.name} ${formatShape(x.shape)}`) as [string, string];
      this.problems.push(
        problem(at, `was saved as ${was}, it is ${is} here`, `保存时为 ${was}，此处为 ${is}`, is, was),
      );
    } else this.jobs.push({ path: at, object: own, state: saved });
    return own;
  }

  private object(saved: SavedObject, own: unknown, path: readonly string[]): unknown {
    const state = this.read(saved.state, undefined, path);
    if (!this.restoring) return state;
    const at = pathText(path);
    const what = (kind: Kind | null, name: string) =>
      name === "" ? (kind ?? "nothing of the kind") : `${kind} ${name}`;
    const kind = kindOf(own);
    const was = what(saved.kind, saved.class);
    const is = what(kind, kind === null ? "" : classOf(kind, own as object));
    if (kind !== null) this.met.add(own);
    if (was !== is) {
      this.problems.push(
        problem(at, `was saved from: ${was}; there is: ${is}`, `保存自：${was}；现有：${is}`, is, was),
      );
      return own;
    }
    this.problems.push(...findMisfits(at, own as StatefulObject, state));
    this.jobs.push({ path: at, object: own as StatefulObject, state });
    return own;
  }

  /** What the user has and the checkpoint has not. */
  private refuseMissing(own: unknown, path: readonly string[]): void {
    if (!this.restoring || own === null || this.met.has(own) || path.length > DEEPEST) return;
    const kind = own instanceof Tensor ? "tensor" : kindOf(own);
    if (kind !== null) {
      this.met.add(own);
      this.problems.push(
        problem(pathText(path), `is not in the checkpoint (${kind})`, `检查点中没有（${kind}）`, kind),
      );
    } else if (Array.isArray(own) || isPlain(own)) {
      for (const [key, inner] of Object.entries(own)) this.refuseMissing(inner, [...path, key]);
    }
  }

  private broken(): Error {
    return refuse("damaged", this.path, "its content makes no sense", "其内容无法理解");
  }
}

/** The values of a content as they were saved; states of objects are values as well. */
export function valuesOf(content: Content, path: string): unknown {
  return new TreeReader(content, path, false).read(content.tree, undefined, []);
}

/**
 * Puts a content into objects and tensors that stand in the same places as when it was saved.
 *
 * @returns the values, with the user's own objects and tensors in their places
 * @throws DataError `checkpoint-foreign` with everything that does not fit; nothing is changed then
 */
export function restoreContent(content: Content, own: unknown, path: string): unknown {
  const reader = new TreeReader(content, path, true);
  const values = reader.read(content.tree, own, []);
  if (reader.problems.length > 0) throw refuseForeign(path, reader.problems);
  // Objects may still refuse what was saved. The states they have now are kept until all have taken theirs.
  const before = imageOfState(
    0,
    reader.jobs.map(({ object }) => (object instanceof Tensor ? object : capture(object))),
  );
  let at = 0;
  try {
    for (; at < reader.jobs.length; at++) give(reader.jobs[at]!.object, reader.jobs[at]!.state);
  } catch (error) {
    const states = valuesOf(readVerified(before, path), path) as unknown[];
    for (let i = 0; i <= at; i++) give(reader.jobs[i]!.object, states[i]);
    const where = reader.jobs[at]!.path;
    const rule = error instanceof TorchletError ? error.rule : { en: String(error), zh: String(error) };
    throw refuseForeign(path, [problem(where, rule.en, rule.zh)], error);
  }
  return values;
}

function give(object: StatefulObject | Tensor, state: unknown): void {
  if (object instanceof Tensor) noGrad(() => copy_(object.data, state as Tensor));
  else restoreObject(object, state);
}

/** Replaces the values of an object; keys such as `__proto__` are keys and nothing else. */
export function assign(state: object, values: object): void {
  for (const [key, value] of Object.entries(values)) {
    if ((state as Record<string, unknown>)[key] === value) continue;
    Object.defineProperty(state, key, { value, writable: true, enumerable: true, configurable: true });
  }
}
