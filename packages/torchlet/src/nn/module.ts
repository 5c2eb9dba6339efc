// The base of all layers: callable, with parameters, buffers and submodules found among its attributes.

import { handleOf, noGrad, type RemovableHandle } from "../autograd/index.js";
import { ValueError } from "../errors/index.js";
import { copy_ } from "../ops/inplace.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import { type BackwardHook, callModule, type ForwardHook, type ForwardPreHook, hooksOf } from "./call.js";
import { Parameter } from "./parameter.js";

/** Tensors by name, in the order of registration. */
export type StateDict = Record<string, Tensor>;

/** What `loadStateDict` found missing or too much. */
export interface LoadResult {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

/** Names of buffers, kept outside the modules so that attributes hold nothing but what the user put there. */
const bufferNames = new WeakMap<Module, Set<string>>();

/**
 * The base class of layers and models.
 *
 * A module is a function: `net(x)` runs `forward`. Parameters, buffers and other modules that are assigned to
 * attributes are registered by that.
 *
 * @example
 * class Net extends nn.Module {
 *   hidden = new nn.Linear(784, 256);
 *   out = new nn.Linear(256, 10);
 *   override forward(x: torch.Tensor) {
 *     return this.out(this.hidden(x).relu());
 *   }
 * }
 * const y = new Net()(x);
 */
export class Module {
  /** Whether the module is in training mode; dropout and batch normalization care. */
  declare training: boolean;
  [child: number]: Module;

  constructor() {
    // A constructor may return another object: here a function with this class's prototype, so that `net(x)` works
    // without eval or Proxy. Its own `name` and `length` make room for attributes of these names.
    const self = ((...inputs: Tensor[]) => callModule(self as unknown as Module, inputs)) as unknown as Record<
      string,
      unknown
    >;
    delete self["name"];
    delete self["length"];
    Object.setPrototypeOf(self, new.target.prototype);
    // Fields of this class would land on the object that is thrown away.
    self["training"] = true;
    // biome-ignore lint/correctness/noConstructorReturn: this is how instances become callable
    return self as unknown as this;
  }

  /**
   * What the module computes; subclasses write it.
   *
   * @throws ValueError where a subclass has none
   */
  forward(...inputs: Tensor[]): Tensor {
    throw new ValueError("no-forward", {
      path: this.constructor.name,
      rule: {
        en: `the module has no forward method (called with ${inputs.length} inputs)`,
        zh: `该模块没有 forward 方法（调用时有 ${inputs.length} 个输入）`,
      },
    });
  }

  /** Adds a tensor that belongs to the state but is no parameter. */
  registerBuffer(name: string, tensor: Tensor): void {
    (this as unknown as Record<string, unknown>)[name] = tensor;
    let names = bufferNames.get(this);
    if (names === undefined) {
      names = new Set();
      bufferNames.set(this, names);
    }
    names.add(name);
  }

  /** The modules that are attributes of this one, by name; one that appears twice is named once. */
  *namedChildren(): Generator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, child] of membersOf(this)) {
      if (seen.has(child)) continue;
      seen.add(child);
      yield [name, child];
    }
  }

  /** The modules that are attributes of this one. */
  children(): Module[] {
    return Array.from(this.namedChildren(), ([, child]) => child);
  }

  /** This module and all below it, by path; one that appears twice is named once. */
  *namedModules(prefix = "", seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of membersOf(this)) yield* child.namedModules(join(prefix, name), seen);
  }

  /** This module and all below it. */
  modules(): Module[] {
    return Array.from(this.namedModules(), ([, module]) => module);
  }

  /** The parameters of this module and of all below it, by path. */
  *namedParameters(prefix = "", recurse = true): Generator<[string, Parameter]> {
    const seen = new Set<Tensor>();
    const modules = recurse ? this.namedModules(prefix) : ([[prefix, this]] as [string, Module][]);
    for (const [path, module] of modules) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Parameter) || seen.has(value)) continue;
        seen.add(value);
        yield [join(path, name), value];
      }
    }
  }

  /** The parameters of this module and of all below it (`recurse`, the default). */
  parameters(recurse = true): Parameter[] {
    return Array.from(this.namedParameters("", recurse), ([, parameter]) => parameter);
  }

  /** The buffers of this module and of all below it, by path. */
  *namedBuffers(prefix = ""): Generator<[string, Tensor]> {
    for (const [path, module] of this.namedModules(prefix)) {
      for (const name of bufferNames.get(module) ?? []) {
        const value = (module as unknown as Record<string, unknown>)[name];
        if (value instanceof Tensor) yield [join(path, name), value];
      }
    }
  }

  /** The buffers of this module and of all below it. */
  buffers(): Tensor[] {
    return Array.from(this.namedBuffers(), ([, buffer]) => buffer);
  }

  /** Calls a function with every module, children before their parents, and returns this module. */
  apply(body: (module: Module) => void): this {
    for (const child of this.children()) child.apply(body);
    body(this);
    return this;
  }

  /** Training mode for this module and all below it. */
  train(mode = true): this {
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Whether gradients are accumulated in the parameters. */
  requiresGrad_(value = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(value);
    return this;
  }

  /** Removes the gradients of all parameters (or sets them to 0 with `setToNone: false`). */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    for (const parameter of this.parameters()) {
      if (options.setToNone === false) {
        trace?.gradient(parameter, false);
        parameter.gradient?.data.zero_();
      } else parameter.grad = null;
    }
  }

  /** Parameters and buffers by path; the tensors share memory with the module. What is shared has all its names. */
  stateDict(): StateDict {
    const state: StateDict = {};
    const collect = (module: Module, path: string) => {
      for (const [name, value] of Object.entries(module))
        if (value instanceof Parameter) state[join(path, name)] = value.data;
      for (const name of bufferNames.get(module) ?? []) {
        const value = (module as unknown as Record<string, unknown>)[name];
        if (value instanceof Tensor) state[join(path, name)] = value.data;
      }
      for (const [name, child] of membersOf(module)) collect(child, join(path, name));
    };
    collect(this, "");
    return state;
  }

  /**
   * Copies values into parameters and buffers by path. Nothing is changed unless everything fits.
   *
   * @param options.strict whether missing and unexpected names are errors. Default: true
   * @throws ValueError that lists what is missing, what is too much, and whose shape differs
   */
  loadStateDict(state: StateDict | Map<string, Tensor>, options: { readonly strict?: boolean } = {}): LoadResult {
    const { strict = true } = options;
    const own = this.stateDict();
    const given: StateDict = state instanceof Map ? Object.fromEntries(state) : state;
    const missingKeys = Object.keys(own).filter((key) => !(key in given));
    const unexpectedKeys = Object.keys(given).filter((key) => !(key in own));
    const shared = Object.keys(own).filter((key) => key in given);
    const wrong = shared.filter((key) => !sameShape(own[key]!.shape, given[key]!.shape));
    const shapes = wrong.map((key) => `${key} ${formatShape(given[key]!.shape)} -> ${formatShape(own[key]!.shape)}`);
    if (wrong.length > 0 || (strict && missingKeys.length + unexpectedKeys.length > 0)) {
      const list = (names: string[]) => (names.length === 0 ? "-" : names.join(", "));
      throw new ValueError("state-dict", {
        path: `loadStateDict (${this.constructor.name})`,
        rule: {
          en: `the state does not fit; missing: ${list(missingKeys)}; unexpected: ${list(unexpectedKeys)}; of another shape: ${list(shapes)}`,
          zh: `状态不匹配；缺少：${list(missingKeys)}；多余：${list(unexpectedKeys)}；形状不同：${list(shapes)}`,
        },
        expected: Object.keys(own),
        received: Object.keys(given),
        hint: {
          en: "strict: false ignores missing and unexpected names",
          zh: "strict: false 会忽略缺少和多余的名称",
        },
      });
    }
    noGrad(() => {
      for (const key of shared) copy_(own[key]!, given[key]!);
    });
    return { missingKeys, unexpectedKeys };
  }

  /**
   * Calls a function after `forward`, with the module, its inputs and its output; what it returns takes the output's place.
   *
   * @example
   * net[0].registerForwardHook((module, inputs, output) => console.log(output.std()));
   */
  registerForwardHook(hook: ForwardHook): RemovableHandle {
    const { after } = hooksOf(this);
    after.push(hook);
    return handleOf(after, hook);
  }

  /** Calls a function before `forward`, with the module and its inputs; what it returns takes the inputs' place. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle {
    const { before } = hooksOf(this);
    before.push(hook);
    return handleOf(before, hook);
  }

  /** Calls a function when the gradient of the module's output is known; what it returns takes the gradient's place. */
  registerFullBackwardHook(hook: BackwardHook): RemovableHandle {
    const { backward } = hooksOf(this);
    backward.push(hook);
    return handleOf(backward, hook);
  }

  /** The arguments in the printed form: `inFeatures=784, outFeatures=10, bias=true`. */
  extraRepr(): string {
    return "";
  }

  /** One line for errors and reports: `Linear 128 -> 10`. */
  describe(): string {
    return this.constructor.name;
  }

  /** The module and all below it, as PyTorch prints them. */
  toString(): string {
    const children = membersOf(this).map(([name, child]) => `(${name}): ${child.toString().replaceAll("\n", "\n  ")}`);
    const extra = this.extraRepr();
    const lines = [...(extra === "" ? [] : extra.split("\n")), ...children];
    const head = this.constructor.name;
    if (children.length === 0 && lines.length < 2) return `${head}(${extra})`;
    return `${head}(\n  ${lines.join("\n  ")}\n)`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A module is a function of tensors. */
export interface Module {
  (...inputs: Tensor[]): Tensor;
}

// Functions have no prototype chain to Function.prototype any more; these are the parts of it that programs rely on.
for (const name of ["call", "bind"] as const) {
  Object.defineProperty(Module.prototype, name, {
    value: Function.prototype[name],
    writable: true,
    configurable: true,
  });
}

/** @internal The modules that are attributes of one, by name, each as often as it appears. */
export function membersOf(module: Module): [string, Module][] {
  return Object.entries(module).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
}

function join(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}
