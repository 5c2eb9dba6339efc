// Lists and dictionaries of modules and of parameters: what they hold is registered.
import { ValueError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

type Slots<T> = Record<string, T>;

/** The position that an index means; negative ones count from the end. */
function position(who: string, index: number, length: number): number {
  const at = index < 0 ? index + length : index;
  if (Number.isInteger(at) && at >= 0 && at < length) return at;
  throw new ValueError("container-index", {
    path: who,
    rule: {
      en: `index ${index} is out of range for ${length} entries`,
      zh: `索引 ${index} 超出范围，共有 ${length} 项`,
    },
    expected: [-length, length - 1],
    received: index,
  });
}

/**
 * Modules in a list: `list[0]`, `for (const layer of list)`.
 *
 * @example
 * const blocks = new nn.ModuleList([new nn.Linear(8, 8), new nn.Linear(8, 8)]);
 * for (const block of blocks) x = block(x);
 */
export class ModuleList extends Module {
  constructor(modules: Iterable<Module> = []) {
    super();
    this.extend(modules);
  }

  /** How many modules there are. */
  override get length(): number {
    return this.children().length;
  }

  /** The module at an index, which may count from the end. */
  at(index: number): Module {
    return this[position("ModuleList", index, this.length)]!;
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    this[this.length] = module;
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts a module before the one at an index. */
  insert(index: number, module: Module): this {
    const all = this.children();
    all.splice(index, 0, module);
    all.forEach((m, i) => {
      this[i] = m;
    });
    return this;
  }

  *[Symbol.iterator](): Generator<Module> {
    yield* this.children();
  }

  /** Neighbours that print alike are shown once: `(0-1): 2 x Linear(...)`. */
  override toString(): string {
    const texts = this.children().map((child) => child.toString().replaceAll("\n", "\n  "));
    if (texts.length === 0) return "ModuleList()";
    const lines: string[] = [];
    for (let i = 0; i < texts.length; ) {
      let end = i + 1;
      while (end < texts.length && texts[end] === texts[i]) end++;
      lines.push(end - i === 1 ? `(${i}): ${texts[i]}` : `(${i}-${end - 1}): ${end - i} x ${texts[i]}`);
      i = end;
    }
    return `ModuleList(\n  ${lines.join("\n  ")}\n)`;
  }
}

/**
 * Modules by name: `dict.get("a")`; the order is that of insertion.
 *
 * @example
 * const heads = new nn.ModuleDict({ a: new nn.Linear(8, 2), b: new nn.Linear(8, 3) });
 * heads.get("a")(x);
 */
export class ModuleDict extends Module {
  constructor(modules: Readonly<Record<string, Module>> | Iterable<readonly [string, Module]> = {}) {
    super();
    this.update(modules);
  }

  /** How many modules there are. */
  override get length(): number {
    return this.children().length;
  }

  /** The module of a name. */
  get(name: string): Module {
    const module = (this as unknown as Slots<Module>)[name];
    if (this.has(name)) return module!;
    throw new ValueError("container-name", {
      path: "ModuleDict",
      rule: { en: `there is no module ${JSON.stringify(name)}`, zh: `没有名为 ${JSON.stringify(name)} 的模块` },
      expected: this.keys(),
      received: name,
    });
  }

  /** Adds or replaces a module. */
  set(name: string, module: Module): this {
    (this as unknown as Slots<Module>)[name] = module;
    return this;
  }

  /** Whether a name is there. */
  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /** Removes a module and gives it back. */
  pop(name: string): Module {
    const module = this.get(name);
    delete (this as unknown as Slots<Module>)[name];
    return module;
  }

  /** Adds or replaces several modules. */
  update(modules: Readonly<Record<string, Module>> | Iterable<readonly [string, Module]>): this {
    const entries = Symbol.iterator in modules ? modules : Object.entries(modules);
    for (const [name, module] of entries as Iterable<readonly [string, Module]>) this.set(name, module);
    return this;
  }

  keys(): string[] {
    return Array.from(this.namedChildren(), ([name]) => name);
  }
  values(): Module[] {
    return this.children();
  }
  items(): [string, Module][] {
    return [...this.namedChildren()];
  }
  *[Symbol.iterator](): Generator<string> {
    yield* this.keys();
  }
}

/** A parameter in the printed form of a container. */
function showParameter(x: Tensor, elementType: string): string {
  return `Parameter containing: [${elementType} of size ${x.shape.join("x")}]`;
}

const asParameter = (x: Tensor) => (x instanceof Parameter ? x : new Parameter(x));

/** Parameters in a list: `list.at(0)`, `for (const p of list)`. Tensors become parameters. */
export class ParameterList extends Module {
  constructor(values: Iterable<Tensor> = []) {
    super();
    this.extend(values);
  }

  /** How many parameters there are. */
  override get length(): number {
    return this.parameters(false).length;
  }

  /** The parameter at an index, which may count from the end. */
  at(index: number): Parameter {
    return (this as unknown as Slots<Parameter>)[position("ParameterList", index, this.length)]!;
  }

  /** Adds a parameter at the end. */
  append(value: Tensor): this {
    (this as unknown as Slots<Parameter>)[this.length] = asParameter(value);
    return this;
  }

  /** Adds parameters at the end. */
  extend(values: Iterable<Tensor>): this {
    for (const value of values) this.append(value);
    return this;
  }

  *[Symbol.iterator](): Generator<Parameter> {
    yield* this.parameters(false);
  }

  override toString(): string {
    const lines = this.parameters(false).map((p, i) => `    (${i}): ${showParameter(p, String(p.dtype))}`);
    return lines.length === 0 ? "ParameterList()" : `ParameterList(\n${lines.join("\n")}\n)`;
  }
}

/** Parameters by name: `dict.get("w")`; the order is that of insertion. Tensors become parameters. */
export class ParameterDict extends Module {
  constructor(values: Readonly<Record<string, Tensor>> = {}) {
    super();
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  /** How many parameters there are. */
  override get length(): number {
    return this.keys().length;
  }

  /** The parameter of a name. */
  get(name: string): Parameter {
    if (this.keys().includes(name)) return (this as unknown as Slots<Parameter>)[name]!;
    throw new ValueError("container-name", {
      path: "ParameterDict",
      rule: { en: `there is no parameter ${JSON.stringify(name)}`, zh: `没有名为 ${JSON.stringify(name)} 的参数` },
      expected: this.keys(),
      received: name,
    });
  }

  /** Adds or replaces a parameter. */
  set(name: string, value: Tensor): this {
    (this as unknown as Slots<Parameter>)[name] = asParameter(value);
    return this;
  }

  keys(): string[] {
    return Array.from(this.namedParameters("", false), ([name]) => name);
  }

  override toString(): string {
    const type = (p: Parameter) => (p.dtype.itemsize === 8 ? "torch.DoubleTensor" : "torch.FloatTensor");
    const lines = Array.from(
      this.namedParameters("", false),
      ([name, p]) => `  (${name}): ${showParameter(p, type(p))}`,
    );
    return `ParameterDict(${lines.join("\n")})`;
  }
}
