// Optimizers that update every element by itself: a step of a group is one instruction over all its parameters.
import { enableGrad } from "../autograd/index.js";
import { Fn, instructions, releaseStorage, tenure } from "../engine/index.js";
import { computeType, runUnary } from "../ops/elementwise.js";
import { fillTensor } from "../ops/fill.js";
import { contiguous } from "../ops/views.js";
import { float64, getDefaultDtype } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import { Optimizer } from "./optimizer.js";
import type { GroupSettings, ParameterGroup } from "./settings.js";
import { readNumber, readTensor, type SavedState, stateError } from "./state-dict.js";

/** A long-lived tensor of one value in the shape and the type of a parameter. */
export function stateTensor(p: Tensor, value = 0): Tensor {
  const state = emptyTensor(p.shape, p.dtype);
  tenure(state.storage);
  return fillTensor(state, value);
}

/** A number of the state, which PyTorch keeps as a tensor of the default type. */
export function stateNumber(value: number): number {
  return getDefaultDtype() === float64 ? value : Math.fround(value);
}

/** Whether settings ask for the same instruction: numbers may differ, but not in whether they are 0. */
function sameKind(x: unknown, y: unknown): boolean {
  if (x === y) return true;
  if (typeof x === "number" && typeof y === "number") return (x === 0) === (y === 0);
  return Array.isArray(x) && Array.isArray(y) && x.length === y.length && x.every((v, i) => sameKind(v, y[i]));
}

function sameEntries(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The base class of elementwise optimizers. A subclass says what one parameter accumulates (`stateFor`), which rule the
 * kernels run with which settings (`begin`), and what a step means for one parameter (`update`).
 */
export abstract class ElementwiseOptimizer<
  S extends GroupSettings,
  P extends object | null = object | null,
> extends Optimizer<S, P> {
  /** Names that a state may have. */
  protected abstract readonly stateNames: readonly string[];

  // The step under way, one entry a parameter that has a gradient. The arrays serve every step.
  private readonly targets: (Tensor | null)[] = [];
  private readonly gradients: (Tensor | null)[] = [];
  private readonly states: (P | null)[] = [];
  private readonly isNew: boolean[] = [];
  private at = 0;
  /** Whether only the numbers of a plan's instruction are written. */
  private rewriting = false;

  /** The state of a parameter: the one it has, where that fits the settings, else a new one. */
  protected abstract stateFor(p: Tensor, group: ParameterGroup<S>, before: P | undefined): P;

  /** Begins the instruction with the settings of a group. */
  protected abstract begin(group: ParameterGroup<S>): void;

  /** Counts the step in the state and adds the parameter to the instruction with `apply`. */
  protected abstract update(group: ParameterGroup<S>, state: P, isNew: boolean): void;

  override step(): void;
  override step<L>(closure: () => L): L;
  override step<L>(closure?: () => L): L | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure);
    for (const group of this.paramGroups) this.stepGroup(group);
    if (trace !== null) {
      const groups = [...this.paramGroups];
      trace.holds(() => sameEntries(groups, this.paramGroups));
    }
    return loss;
  }

  private stepGroup(group: ParameterGroup<S>): void {
    const { targets, gradients, states, isNew } = this;
    let count = 0;
    // Everything that creates storages or runs instructions comes before the first address is asked for.
    for (const p of group.params) {
      trace?.gradient(p, false);
      if (p.gradient === null) continue;
      const before = this.state.get(p);
      const state = this.stateFor(p, group, before);
      if (state !== null && state !== before) this.state.set(p, state);
      gradients[count] = p.gradient.dense ? p.gradient : contiguous(p.gradient.data);
      targets[count] = p.dense ? p : contiguous(p.data);
      states[count] = state;
      isNew[count] = state !== before;
      count++;
    }
    if (count === 0) return;
    this.begin(group);
    for (let i = 0; i < count; i++) {
      this.at = i;
      this.update(group, states[i] as P, isNew[i]!);
    }
    if (trace !== null) this.traceStep(group, states.slice(0, count) as P[]);
    instructions.endUpdate();
    this.finish(group, count);
  }

  /** Replays of a captured step count it, and write what depends on counts and settings into its instruction. */
  private traceStep(group: ParameterGroup<S>, states: readonly P[]): void {
    if (states.length > instructions.MAX_UPDATES) {
      trace!.refuse(
        `an optimizer steps more than ${instructions.MAX_UPDATES} parameters of one group`,
        `优化器的一个参数组中有超过 ${instructions.MAX_UPDATES} 个参数`,
      );
    }
    const members = [...group.params];
    const stepped = members.filter((p) => p.gradient !== null);
    const names = Object.keys(group).filter((name) => name !== "params") as (keyof ParameterGroup<S>)[];
    const settings = names.map((name) => group[name]);
    const matches = () => {
      if (!sameEntries(members, group.params)) return false;
      for (let i = 0; i < names.length; i++) if (!sameKind(settings[i], group[names[i]!])) return false;
      // A state that was loaded or cleared is another one.
      for (let i = 0; i < states.length; i++) {
        if (states[i] !== null && states[i] !== this.state.get(stepped[i]!)) return false;
      }
      return true;
    };
    trace!.rewrites(matches, (instruction) => {
      this.rewriting = true;
      try {
        instructions.beginRewrite(instruction);
        this.begin(group);
        for (let i = 0; i < states.length; i++) this.update(group, states[i]!, false);
      } finally {
        instructions.endRewrite();
        this.rewriting = false;
      }
    });
  }

  /** Adds the parameter of the step under way to the instruction: its state tensors and its own numbers. */
  protected apply(a: Tensor | null, b: Tensor | null, c: Tensor | null, x: number, y = 0, z = 0, w = 0): void {
    if (this.rewriting) {
      instructions.rewriteRow(x, y, z, w);
      return;
    }
    const p = this.targets[this.at]!;
    instructions.addUpdate(
      p.dtype.code,
      p.numel(),
      p.address(),
      this.gradients[this.at]!.address(),
      a === null ? 0 : a.address(),
      b === null ? 0 : b.address(),
      c === null ? 0 : c.address(),
      x,
      y,
      z,
      w,
    );
  }

  /** Counts the changes, copies back what is not contiguous, and lets go of everything. */
  private finish(group: ParameterGroup<S>, count: number): void {
    const { targets, gradients, states } = this;
    let i = 0;
    for (const p of group.params) {
      if (p.gradient === null) continue;
      const target = targets[i]!;
      const gradient = gradients[i]!;
      if (target !== p) {
        runUnary(Fn.copy, target, p.data, computeType(p.dtype));
        releaseStorage(target.storage);
      }
      if (gradient.storage !== p.gradient.storage) releaseStorage(gradient.storage);
      p.storage.version++;
      targets[i] = null;
      gradients[i] = null;
      states[i] = null;
      i++;
    }
    if (i !== count) throw new Error("gradients appeared during a step");
  }

  protected override readState(
    path: string,
    p: Tensor,
    group: ParameterGroup<S>,
    saved: SavedState,
  ): NonNullable<P> | null {
    const names = Object.keys(saved).filter((name) => saved[name] !== null && saved[name] !== undefined);
    if (names.length === 0) return null;
    const unknown = names.find((name) => !this.stateNames.includes(name));
    if (unknown !== undefined) {
      const known = this.stateNames.join(", ");
      throw stateError(
        path,
        `unexpected ${unknown}, a state has ${known}`,
        `多余的 ${unknown}，状态应包含 ${known}`,
        this.stateNames,
        names,
      );
    }
    const template = { ...(this.stateFor(p, group, undefined) as object) } as Record<string, unknown>;
    for (const name of new Set([...Object.keys(template), ...names])) {
      const value = saved[name];
      template[name] =
        typeof template[name] === "number" ? readNumber(path, name, value) : readTensor(path, name, value, p);
    }
    return template as NonNullable<P>;
  }
}
