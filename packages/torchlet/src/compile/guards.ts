// What a replay takes for granted about modules and leaves: parameters, settings, whether they train, what requires gradients.
import { anyHooks, hasHooks } from "../nn/call.js";
import { ModuleDict, ModuleList } from "../nn/containers.js";
import * as nn from "../nn/index.js";
import { Module } from "../nn/module.js";
import { Sequential } from "../nn/sequential.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Session } from "./session.js";

/** Classes whose forward looks at no attribute that might be added later. */
const OWN_CLASSES: ReadonlySet<unknown> = new Set(Object.values(nn));

type Attributes = Record<string, unknown>;

/** Whether children are found at 0, 1, 2, ...: one more would be at the next number. Counting attributes takes ten times as long. */
function isIndexed(module: Attributes, children: readonly string[]): boolean {
  const { constructor } = module;
  return (constructor === Sequential || constructor === ModuleList) && children.every((name, i) => name === String(i));
}

/** The attributes of the modules that a step called and of all below them, as they were. */
export class ModuleGuards {
  // One entry an attribute, in three lists: a replay reads them all.
  private readonly owners: Attributes[] = [];
  private readonly names: (string | number)[] = [];
  private readonly values: unknown[] = [];
  private readonly modules: Module[] = [];
  /** Modules that others may be added to under any name, and how many attributes they have. */
  private readonly counted: { readonly module: Attributes; readonly count: number }[] = [];

  constructor(called: Iterable<object>) {
    for (const module of called) this.add(module as Module);
  }

  private add(module: Module): void {
    if (this.modules.includes(module)) return;
    this.modules.push(module);
    const attributes = module as unknown as Attributes;
    const names = Object.keys(attributes);
    for (const name of names) this.expect(attributes, name);
    this.expect(attributes, "forward");
    const children = names.filter((name) => attributes[name] instanceof Module);
    if (isIndexed(attributes, children)) this.expect(attributes, children.length);
    else if (children.length > 0 || !OWN_CLASSES.has(module.constructor) || module instanceof ModuleDict)
      this.counted.push({ module: attributes, count: names.length });
    for (const name of children) this.add(attributes[name] as Module);
  }

  private expect(owner: Attributes, name: string | number): void {
    this.owners.push(owner);
    this.names.push(name);
    this.values.push(owner[name]);
  }

  hold(): boolean {
    const { owners, names, values, counted } = this;
    for (let i = 0; i < owners.length; i++) {
      const now = owners[i]![names[i]!];
      if (now !== values[i] && !Object.is(now, values[i])) return false;
    }
    for (let i = 0; i < counted.length; i++) {
      if (Object.keys(counted[i]!.module).length !== counted[i]!.count) return false;
    }
    return !anyHooks || !this.modules.some(hasHooks);
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
