// Arguments of schedules: positional ones in PyTorch's order, then the rest by name in one object.
import { ValueError } from "../../errors/index.js";

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * Settings from a constructor's arguments.
 *
 * @param names all settings in PyTorch's order
 * @param defaults what is not given; settings without a default must be given
 * @throws ValueError for a setting that is missing or unknown
 */
export function readArguments<O extends object, D extends Partial<O>>(
  who: string,
  names: readonly (keyof O & string)[],
  defaults: D,
  args: readonly unknown[],
): O & D {
  const settings: Record<string, unknown> = { lastEpoch: -1, ...defaults };
  const known: readonly string[] = [...names, "lastEpoch"];
  const last = args[args.length - 1];
  const named = isPlainObject(last) ? last : {};
  const positional = isPlainObject(last) ? args.slice(0, -1) : args;
  positional.forEach((value, i) => {
    if (value !== undefined && i < known.length) settings[known[i]!] = value;
  });
  for (const [name, value] of Object.entries(named)) {
    if (!known.includes(name)) {
      throw new ValueError("scheduler-option", {
        path: who,
        rule: { en: `there is no option ${name}`, zh: `没有名为 ${name} 的选项` },
        expected: known,
        received: name,
        hint: { en: `the options are ${known.join(", ")}`, zh: `可用的选项有 ${known.join("、")}` },
      });
    }
    if (value !== undefined) settings[name] = value;
  }
  const missing = names.find((name) => !(name in settings));
  if (missing !== undefined) {
    throw settingError(who, `${missing} is missing`, `缺少 ${missing}`);
  }
  return settings as O & D;
}

/** The error of a setting that has no meaning. */
export function settingError(who: string, en: string, zh: string, received?: unknown): ValueError {
  return new ValueError("scheduler-setting", { path: who, rule: { en, zh }, received });
}

/** @throws ValueError unless the value is an integer of at least `from` */
export function checkInteger(who: string, name: string, value: number, from = 1): void {
  if (Number.isInteger(value) && value >= from) return;
  throw settingError(
    who,
    `${name} must be an integer of at least ${from}, got ${value}`,
    `${name} 必须是不小于 ${from} 的整数，得到的是 ${value}`,
    value,
  );
}

/** @throws ValueError unless the value lies between two bounds, both allowed */
export function checkBetween(who: string, name: string, value: number, from: number, to: number): void {
  if (typeof value === "number" && value >= from && value <= to) return;
  throw settingError(
    who,
    `${name} must be between ${from} and ${to}, got ${value}`,
    `${name} 必须在 ${from} 到 ${to} 之间，得到的是 ${value}`,
    value,
  );
}

/** One value for each group: the same for all, or a list of them. */
export function perGroup<T>(who: string, name: string, value: T | readonly T[], groups: number): T[] {
  if (!Array.isArray(value)) return new Array<T>(groups).fill(value as T);
  if (value.length === groups) return [...(value as readonly T[])];
  throw settingError(
    who,
    `${name} has ${value.length} values for ${groups} parameter groups`,
    `${name} 有 ${value.length} 个值，而参数组有 ${groups} 个`,
    value.length,
  );
}
