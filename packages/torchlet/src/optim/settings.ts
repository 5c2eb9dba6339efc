// Settings of optimizers: reading them from arguments, and the rules they obey.
import { ValueError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";

/** Settings that all groups share: a learning rate and whatever the optimizer adds. */
export interface GroupSettings {
  lr: number;
}

/** What chooses among PyTorch's implementations: accepted so that scripts port unchanged, and without effect. */
export interface ImplementationHints {
  readonly foreach?: boolean | null;
  readonly fused?: boolean | null;
  readonly capturable?: boolean;
  readonly differentiable?: false;
}

const HINTS: readonly string[] = ["foreach", "fused", "capturable"] satisfies (keyof ImplementationHints)[];

/** An optimizer's settings by name. */
export type OptimizerOptions<S> = Partial<S> & ImplementationHints;

/** What follows the parameters in a constructor: settings by name, or the learning rate first. */
export type OptimizerArguments<S> = [options?: OptimizerOptions<S>] | [lr: number, options?: OptimizerOptions<S>];

/** A parameter, or one with its name as `namedParameters` gives it. */
export type NamedOrNot = Tensor | readonly [string, Tensor];

/** Parameters with settings of their own; what they do not set comes from the optimizer's options. */
export type ParameterGroupInput<S> = { readonly params: Tensor | Iterable<NamedOrNot> } & Partial<S>;

/** Parameters with all their settings. */
export type ParameterGroup<S> = {
  params: Tensor[];
  /** Names, where the parameters came with them. */
  paramNames?: string[];
  /** The learning rate that a schedule began with. */
  initialLr?: number;
} & S;

/** What an optimizer takes: parameters, or groups of them. */
export type Parameters<S> = Iterable<NamedOrNot> | Iterable<ParameterGroupInput<S>>;

/**
 * Settings from a constructor's arguments.
 *
 * @throws ValueError for a name that the optimizer does not know
 */
export function readSettings<S extends GroupSettings>(who: string, defaults: S, args: OptimizerArguments<S>): S {
  const options = { ...(typeof args[0] === "number" ? { ...args[1], lr: args[0] } : args[0]) };
  const settings = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || HINTS.includes(name) || (name === "differentiable" && value === false)) continue;
    if (!(name in defaults)) {
      throw new ValueError("optimizer-option", {
        path: who,
        rule: { en: `there is no option ${name}`, zh: `没有名为 ${name} 的选项` },
        expected: Object.keys(defaults),
        received: name,
        hint: {
          en: `the options are ${Object.keys(defaults).join(", ")}`,
          zh: `可用的选项有 ${Object.keys(defaults).join("、")}`,
        },
      });
    }
    settings[name] = value;
  }
  return settings as unknown as S;
}

/** @throws ValueError unless the value is a number of at least 0 */
export function checkNonNegative(who: string, name: string, value: number): void {
  if (typeof value === "number" && value >= 0) return;
  throw new ValueError("optimizer-setting", {
    path: who,
    rule: { en: `${name} must be a number of at least 0, got ${value}`, zh: `${name} 必须不小于 0，得到的是 ${value}` },
    received: value,
  });
}

/** @throws ValueError unless from <= value < to */
export function checkRange(who: string, name: string, value: number, from: number, to: number): void {
  if (typeof value === "number" && value >= from && value < to) return;
  throw new ValueError("optimizer-setting", {
    path: who,
    rule: {
      en: `${name} must be at least ${from} and below ${to}, got ${value}`,
      zh: `${name} 必须不小于 ${from} 且小于 ${to}，得到的是 ${value}`,
    },
    expected: [from, to],
    received: value,
  });
}

/** @throws ValueError unless both decay rates lie in [0, 1) */
export function checkBetas(who: string, betas: readonly [number, number]): void {
  checkPair(who, "betas", betas);
  checkRange(who, "betas[0]", betas[0], 0, 1);
  checkRange(who, "betas[1]", betas[1], 0, 1);
}

/** @throws ValueError unless the value is an array of two numbers */
export function checkPair(who: string, name: string, value: readonly [number, number]): void {
  if (Array.isArray(value) && value.length === 2) return;
  throw new ValueError("optimizer-setting", {
    path: who,
    rule: {
      en: `${name} must be an array of two numbers, got ${value}`,
      zh: `${name} 必须是两个数的数组，得到的是 ${value}`,
    },
    received: value,
  });
}
