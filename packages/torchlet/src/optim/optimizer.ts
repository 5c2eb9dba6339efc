// The base of all optimizers: parameter groups, state, and what is saved of them.
import { releaseStorage } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import type { GroupSettings, NamedOrNot, ParameterGroup, ParameterGroupInput, Parameters } from "./settings.js";
import { type OptimizerStateDict, readGroups, readStates, type SavedState } from "./state-dict.js";

/** A named parameter, as an entry of `namedParameters`. */
function isNamed(entry: unknown): entry is readonly [string, Tensor] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string" && entry[1] instanceof Tensor;
}

/** A state with lists of its own. */
function copyLists(state: object): SavedState {
  return Object.fromEntries(Object.entries(state).map(([k, v]) => [k, Array.isArray(v) ? [...v] : v]));
}

/** The base class: subclasses say what a step does. */
export abstract class Optimizer<S extends GroupSettings = GroupSettings, P extends object | null = object | null> {
  /** The parameters with their settings; changing a setting changes the next step. */
  readonly paramGroups: ParameterGroup<S>[] = [];
  /** What each parameter has accumulated; empty before its first step. */
  readonly state = new Map<Tensor, NonNullable<P>>();

  constructor(
    parameters: Parameters<S>,
    readonly defaults: S,
  ) {
    const who = new.target.name;
    if (parameters instanceof Tensor) {
      throw new ValueError("optimizer-parameters", {
        path: who,
        rule: { en: "parameters must be a list, got one tensor", zh: "parameters 必须是列表，得到的是单个张量" },
        hint: { en: "pass [tensor]", zh: "请传入 [tensor]" },
      });
    }
    this.checkSettings(defaults);
    const list: (NamedOrNot | ParameterGroupInput<S>)[] = [...parameters];
    const first = list[0];
    if (first === undefined) {
      throw new ValueError("optimizer-empty", {
        path: who,
        rule: { en: "the list of parameters is empty", zh: "参数列表为空" },
      });
    }
    if (first instanceof Tensor || isNamed(first)) {
      this.addParamGroup({ params: list as NamedOrNot[] } as unknown as ParameterGroupInput<S>);
    } else {
      for (const group of list as ParameterGroupInput<S>[]) this.addParamGroup(group);
    }
  }

  /** Refuses settings that have no meaning. */
  protected abstract checkSettings(settings: S): void;

  /**
   * Adds parameters with settings of their own.
   *
   * @throws ValueError for a parameter that a group has already, or that is no leaf, and for settings without meaning
   */
  addParamGroup(group: ParameterGroupInput<S>): void {
    const who = this.constructor.name;
    const given: unknown = group.params;
    const entries = given instanceof Tensor ? [given] : [...(group.params as Iterable<NamedOrNot>)];
    const params = entries.map((entry) => (isNamed(entry) ? entry[1] : (entry as Tensor)));
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
    const own = Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined));
    const complete: ParameterGroup<S> = { ...this.defaults, ...own, params };
    if (entries.every(isNamed)) complete.paramNames = entries.map(([name]) => name);
    this.checkSettings(complete);
    this.paramGroups.push(complete);
  }

  /** Removes the gradients (or sets them to 0 with `setToNone: false`). */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        trace?.gradient(p, options.setToNone !== false);
        const { gradient } = p;
        if (gradient === null) continue;
        if (options.setToNone === false) {
          if (gradient.node === null) gradient.data.zero_();
          else p.gradient = gradient.data.zero_();
        } else {
          // A gradient that the user has never seen is nobody's: its memory serves the next step.
          if (!p.gradientSeen && gradient.node === null) releaseStorage(gradient.storage);
          p.gradient = null;
        }
      }
    }
  }

  /** Changes the parameters by their gradients; those without one stay. */
  abstract step(): void;
  /**
   * The same after the closure has computed the loss and its gradients anew, with recording on.
   *
   * @returns what the closure returned
   */
  abstract step<L>(closure: () => L): L;

  /**
   * The state by the parameters' indices and the settings of all groups, to be saved.
   *
   * The tensors are the optimizer's own, as in PyTorch: the next step changes them.
   */
  stateDict(): OptimizerStateDict<S> {
    const dict: OptimizerStateDict<S> = { state: {}, paramGroups: [] };
    let index = 0;
    for (const group of this.paramGroups) {
      const indices: number[] = [];
      for (const p of group.params) {
        const state = this.state.get(p);
        if (state !== undefined) dict.state[index] = copyLists(state);
        indices.push(index++);
      }
      dict.paramGroups.push({ ...group, params: indices });
    }
    return dict;
  }

  /**
   * Continues from a saved state; the parameters are matched by their order. Nothing changes unless everything fits.
   *
   * @throws ValueError that names the group, parameter or entry that does not fit
   */
  loadStateDict(dict: OptimizerStateDict<S>): void {
    const who = `loadStateDict (${this.constructor.name})`;
    const groups = readGroups(who, dict, this.paramGroups);
    for (const group of groups) this.checkSettings(group);
    const states = readStates(who, dict, groups, (path, p, group, saved) => this.readState(path, p, group, saved));
    groups.forEach((group, i) => {
      Object.assign(this.paramGroups[i]!, group);
    });
    this.state.clear();
    for (const [p, state] of states) this.state.set(p, state);
  }

  /** A parameter's state from a saved one, in memory of its own; null where nothing was saved. */
  protected abstract readState(
    path: string,
    p: Tensor,
    group: ParameterGroup<S>,
    saved: SavedState,
  ): NonNullable<P> | null;

  /** The settings of every group, as PyTorch prints them. */
  toString(): string {
    const groups = this.paramGroups.map(({ params: _, ...settings }, i) => {
      const lines = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
      return [`Parameter Group ${i}`, ...lines.map(([name, value]) => `    ${name}: ${value}`)].join("\n");
    });
    return `${this.constructor.name} (\n${groups.join("\n")}\n)`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
