// What a replay takes for granted about modules: their parameters, their settings, whether they are training.
import { isWatched } from "../nn/call.js";
import { Module } from "../nn/module.js";
import { Tensor } from "../tensor/tensor.js";

interface Attribute {
  readonly module: Record<string, unknown>;
  readonly name: string;
  readonly value: unknown;
  readonly requiresGrad: boolean;
}

/** The attributes of the modules that a step called, as they were. */
export class ModuleGuards {
  private readonly attributes: Attribute[] = [];
  /** Modules that others may be added to. */
  private readonly containers: { readonly module: Record<string, unknown>; readonly size: number }[] = [];
  private readonly modules: Module[];

  constructor(modules: Iterable<object>) {
    this.modules = [...modules] as Module[];
    for (const each of this.modules) {
      const module = each as unknown as Record<string, unknown>;
      const names = Object.keys(module);
      for (const name of names) {
        const value = module[name];
        this.attributes.push({ module, name, value, requiresGrad: value instanceof Tensor && value.requiresGrad });
      }
      if (names.some((name) => module[name] instanceof Module)) this.containers.push({ module, size: names.length });
    }
  }

  hold(): boolean {
    for (const { module, name, value, requiresGrad } of this.attributes) {
      const now = module[name];
      if (now !== value && !Object.is(now, value)) return false;
      if (now instanceof Tensor && now.requiresGrad !== requiresGrad) return false;
    }
    for (const { module, size } of this.containers) if (Object.keys(module).length !== size) return false;
    for (const module of this.modules) if (isWatched(module)) return false;
    return true;
  }
}
