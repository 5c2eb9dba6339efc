// The base of all optimizers: parameter groups, state, and walking over them.
import { releaseStorage } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { Tensor } from "../tensor/tensor.js";

/** Settings that all groups share: a learning rate and whatever the optimizer adds. */
export interface GroupSettings {
  lr: number;
}

/** Parameters with settings of their own; what they do not set comes from the optimizer's options. */
export type ParameterGroupInput<S> = { readonly params: Tensor | Iterable<Tensor> } & Partial<S>;

/** Parameters with all their settings. */
export type ParameterGroup<S> = { params: Tensor[] } & S;

/** What an optimizer takes: parameters, or groups of them. */
export type Parameters<S> = Iterable<Tensor> | Iterable<ParameterGroupInput<S>>;

/** @throws ValueError unless the value is at least 0 */
export function checkNonNegative(who: string, name: string, value: number): void {
  if (value >= 0) return;
  throw new ValueError("optimizer-setting", {
    path: who,
    rule: { en: `${name} must not be negative, got ${value}`, zh: `${name} 不能为负，得到的是 ${value}` },
    received: value,
  });
}

/** The base class: subclasses say what a step does with one group. */
export abstract class Optimizer<S extends GroupSettings = GroupSettings> {
  /** The parameters with their settings; changing a setting changes the next step. */
  readonly paramGroups: ParameterGroup<S>[] = [];

  constructor(
    parameters: Parameters<S>,
    readonly defaults: S,
  ) {
    const list = [...parameters];
    const who = new.target.name;
    if (list.length === 0) {
      throw new ValueError("optimizer-empty", {
        path: who,
        rule: { en: "the list of parameters is empty", zh: "参数列表为空" },
      });
    }
    if (list[0] instanceof Tensor)
      this.addParamGroup({ params: list as Tensor[] } as unknown as ParameterGroupInput<S>);
    else for (const group of list as ParameterGroupInput<S>[]) this.addParamGroup(group);
  }

  /**
   * Adds parameters with settings of their own.
   *
   * @throws ValueError for a parameter that another group has already, or that is no leaf
   */
  addParamGroup(group: ParameterGroupInput<S>): void {
    const who = this.constructor.name;
    const params = group.params instanceof Tensor ? [group.params] : [...group.params];
    const known = new Set(this.paramGroups.flatMap((g) => g.params));
    for (const p of params) {
      if (!(p instanceof Tensor) || !p.isLeaf) {
        throw new ValueError("optimizer-leaf", {
          path: who,
          rule: { en: "only leaf tensors can be optimized", zh: "只能优化叶子张量" },
          hint: {
            en: "wrap computed values in new nn.Parameter(...)",
            zh: "请用 new nn.Parameter(...) 包装计算得到的值",
          },
        });
      }
      if (known.has(p)) {
        throw new ValueError("optimizer-twice", {
          path: who,
          rule: { en: "a parameter appears more than once", zh: "某个参数出现了多次" },
          received: [...p.shape],
        });
      }
      known.add(p);
    }
    this.paramGroups.push({ ...this.defaults, ...group, params });
  }

  /** Removes the gradients (or sets them to 0 with `setToNone: false`). */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        const { gradient } = p;
        if (gradient === null) continue;
        if (options.setToNone === false) {
          gradient.data.zero_();
        } else {
          // A gradient that the user has never seen is nobody's: its memory serves the next step.
          if (!p.gradientSeen) releaseStorage(gradient.storage);
          p.gradient = null;
        }
      }
    }
  }

  /** Changes the parameters by their gradients. */
  step(): void {
    for (const group of this.paramGroups) this.stepGroup(group);
  }

  protected abstract stepGroup(group: ParameterGroup<S>): void;
}
