// Saved optimizers: their shape, and reading one that may not be what it claims to be.
import { tenure } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { castTensor } from "../ops/elementwise.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import type { GroupSettings, ParameterGroup } from "./settings.js";

/** One value of a saved state. */
export type SavedValue = number | Tensor | null | undefined | readonly SavedValue[];

/** The saved state of one parameter, by name. */
export type SavedState = Record<string, SavedValue>;

/** A saved optimizer, in PyTorch's shape: state by parameter index, and groups that name their parameters by index. */
export interface OptimizerStateDict<S = GroupSettings> {
  state: Record<number, SavedState>;
  paramGroups: (Omit<ParameterGroup<S>, "params"> & { params: number[] })[];
}

/** The error of everything that does not fit. */
export function stateError(path: string, en: string, zh: string, expected?: unknown, received?: unknown): ValueError {
  return new ValueError("optimizer-state", { path, rule: { en, zh }, expected, received });
}

/** The groups with the saved settings; parameters are those of `own`. */
export function readGroups<S extends GroupSettings>(
  who: string,
  dict: OptimizerStateDict<S>,
  own: readonly ParameterGroup<S>[],
): ParameterGroup<S>[] {
  if (typeof dict?.state !== "object" || dict.state === null || !Array.isArray(dict.paramGroups)) {
    throw stateError(who, "an object { state, paramGroups } is needed", "需要形如 { state, paramGroups } 的对象");
  }
  if (dict.paramGroups.length !== own.length) {
    const [n, m] = [dict.paramGroups.length, own.length];
    throw stateError(who, `${n} groups were saved, there are ${m}`, `保存了 ${n} 个参数组，现有 ${m} 个`, m, n);
  }
  return own.map((group, i) => {
    const saved = dict.paramGroups[i]! as Record<string, unknown> & { params: number[] };
    const n = saved.params?.length;
    const m = group.params.length;
    if (n !== m) {
      const path = `${who}, group ${i}`;
      throw stateError(path, `${n} parameters were saved, there are ${m}`, `保存了 ${n} 个参数，现有 ${m} 个`, m, n);
    }
    const settings = { ...(group as object) } as Record<string, unknown>;
    for (const [name, value] of Object.entries(saved)) {
      if (name === "params" || value === undefined || value === null) continue;
      checkKind(`${who}, group ${i}`, name, value, settings[name]);
      settings[name] = Array.isArray(value) ? [...value] : value;
    }
    return settings as unknown as ParameterGroup<S>;
  });
}

/** Refuses a setting of another kind than the one it replaces. */
function checkKind(path: string, name: string, value: unknown, now: unknown): void {
  const kind = (v: unknown) => (Array.isArray(v) ? "array" : v === null ? "undefined" : typeof v);
  if (kind(now) === "undefined" || kind(now) === kind(value)) return;
  const [want, got] = [kind(now), kind(value)];
  throw stateError(
    path,
    `${name} must be of type ${want}, got ${got}`,
    `${name} 的类型应为 ${want}，得到的是 ${got}`,
    want,
    got,
  );
}

/** The state of every parameter that was saved with one, made by `read`. */
export function readStates<S extends GroupSettings, P>(
  who: string,
  dict: OptimizerStateDict<S>,
  groups: readonly ParameterGroup<S>[],
  read: (path: string, p: Tensor, group: ParameterGroup<S>, saved: SavedState) => P | null,
): Map<Tensor, P> {
  const parameters = new Map<number, [Tensor, ParameterGroup<S>]>();
  groups.forEach((group, i) => {
    dict.paramGroups[i]!.params.forEach((index, j) => {
      parameters.set(index, [group.params[j]!, group]);
    });
  });
  const states = new Map<Tensor, P>();
  for (const [key, saved] of Object.entries(dict.state)) {
    const entry = parameters.get(Number(key));
    const path = `${who}, state ${key}`;
    if (entry === undefined) throw stateError(path, "no group has this parameter", "没有参数组包含该参数");
    if (typeof saved !== "object" || saved === null) throw stateError(path, "an object is needed", "需要一个对象");
    const state = read(path, entry[0], entry[1], saved);
    if (state !== null) states.set(entry[0], state);
  }
  return states;
}

/** A saved tensor in a parameter's type and shape (or in `shape`), long-lived and nobody else's. */
export function readTensor(path: string, name: string, value: SavedValue, p: Tensor, shape = p.shape): Tensor {
  if (!(value instanceof Tensor)) throw missingError(path, name, value);
  if (!sameShape(value.shape, shape)) {
    const [want, got] = [formatShape(shape), formatShape(value.shape)];
    throw stateError(
      path,
      `${name} must have shape ${want}, got ${got}`,
      `${name} 的形状应为 ${want}，得到的是 ${got}`,
      [...shape],
      [...value.shape],
    );
  }
  const copy = castTensor(value.data, p.dtype);
  tenure(copy.storage);
  return copy;
}

/** A saved number; PyTorch keeps some as tensors with one element. */
export function readNumber(path: string, name: string, value: SavedValue): number {
  if (typeof value === "number") return value;
  if (value instanceof Tensor && value.numel() === 1) return value.item();
  throw missingError(path, name, value);
}

function missingError(path: string, name: string, value: SavedValue): ValueError {
  const missing = value === undefined || value === null;
  return missing
    ? stateError(path, `${name} is missing`, `缺少 ${name}`)
    : stateError(path, `${name} is of the wrong kind`, `${name} 的类型不对`, undefined, typeof value);
}
