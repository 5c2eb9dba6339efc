// What a replay takes for granted about modules and leaves: parameters, settings, whether they train, what requires gradients.
import { hasHooks } from "../nn/call.js";
import { Module } from "../nn/module.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Session } from "./session.js";

type Attributes = Record<string, unknown>;

/** One module as it was. */
interface Snapshot {
  readonly module: Attributes;
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/** The attributes of the modules that a step called and of all below them, as they were. */
export class ModuleGuards {
  private readonly snapshots: Snapshot[] = [];

  constructor(called: Iterable<object>) {
    const seen = new Set<Module>();
    const add = (module: Module) => {
      if (seen.has(module)) return;
      seen.add(module);
      const attributes = module as unknown as Attributes;
      const names = Object.keys(attributes);
      const values = names.map((name) => attributes[name]);
      this.snapshots.push({ module: attributes, names, values });
      for (const value of values) if (value instanceof Module) add(value);
    };
    for (const module of called) add(module as Module);
  }

  hold(): boolean {
    const { snapshots } = this;
    for (let s = 0; s < snapshots.length; s++) {
      const { module, names, values } = snapshots[s]!;
      let count = 0;
      for (const name in module) if (Object.hasOwn(module, name)) count++;
      if (count !== names.length || hasHooks(module as unknown as Module)) return false;
      for (let i = 0; i < names.length; i++) {
        const now = module[names[i]!];
        if (now !== values[i] && !Object.is(now, values[i])) return false;
      }
    }
    return true;
  }
}

/** Which tensors from outside require gradients. */
export class LeafGuards {
  private readonly tensors: Tensor[] = [];
  private readonly flags: boolean[] = [];

  constructor(session: Session, given: readonly Tensor[]) {
    for (const tensor of session.outside()) {
      if (!tensor.dtype.isFloatingPoint || given.includes(tensor)) continue;
      this.tensors.push(tensor);
      this.flags.push(tensor.node !== null || tensor.leafRequiresGrad);
    }
  }

  hold(): boolean {
    const { tensors, flags } = this;
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i]!;
      if ((tensor.node !== null || tensor.leafRequiresGrad) !== flags[i]) return false;
    }
    return true;
  }
}
