// Modules one after another.
import { releaseStorage } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { callModule, isWatched } from "./call.js";
import type { Chain } from "./chain.js";
import { Dropout, Flatten, ReLU, Sigmoid, Tanh } from "./layers.js";
import { Linear } from "./linear.js";
import { Module, membersOf } from "./module.js";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, GroupNorm, LayerNorm, RMSNorm } from "./normalization.js";

/** Layers of this package that neither keep nor publish what passes through them. */
const DISCREET: ReadonlySet<unknown> = new Set([
  ...[Linear, ReLU, Sigmoid, Tanh, Flatten, Dropout],
  ...[LayerNorm, RMSNorm, GroupNorm, BatchNorm1d, BatchNorm2d, BatchNorm3d],
]);

function isDiscreet(module: Module | undefined): boolean {
  return module !== undefined && DISCREET.has(module.constructor) && !isWatched(module);
}

/** Whether two layers can run as one product with an epilogue: while nobody watches either of them. */
function fuses(module: Module, next: Module | undefined): boolean {
  return (
    module.constructor === Linear &&
    next?.constructor === ReLU &&
    !(next as ReLU).inplace &&
    !isWatched(module) &&
    !isWatched(next)
  );
}

class SequentialModule extends Module {
  constructor(...modules: Module[]) {
    super();
    modules.forEach((module, i) => {
      this[i] = module;
    });
  }

  /** How many modules there are. */
  override get length(): number {
    return membersOf(this).length;
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    this[this.length] = module;
    return this;
  }

  *[Symbol.iterator](): Generator<Module> {
    for (const [, module] of membersOf(this)) yield module;
  }

  override forward(x: Tensor): Tensor {
    const modules = membersOf(this).map(([, module]) => module);
    let current = x;
    // Between two of our own layers nobody else sees the values: their memory goes back as soon as possible.
    let ours: boolean = false;
    for (let i = 0; i < modules.length; i++) {
      const module = modules[i]!;
      const before = current;
      const wasOurs: boolean = ours;
      const next = modules[i + 1];
      if (fuses(module, next)) {
        current = callModule(module, [before], (module as Linear).forwardRelu);
        i++;
      } else {
        current = module(before);
      }
      const mine = isDiscreet(module);
      const passedOn = current.storage === before.storage;
      if (wasOurs && !passedOn && mine && before.storage.graphReferences === 0) releaseStorage(before.storage);
      // A layer that passes its input on (a view of it, or itself) may hand it to somebody who keeps it.
      ours = mine && isDiscreet(modules[i + 1]) && (wasOurs || !passedOn);
      if (wasOurs || !passedOn) current.storage.internal = ours;
    }
    return current;
  }
}

/**
 * Modules that are called one after another: `new nn.Sequential(a, b)(x)` is `b(a(x))`. `net[0]` is the first one.
 *
 * @example
 * const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
 * net[1].weight.shape; // [256, 784]
 */
export type Sequential<M extends readonly Module[] = readonly Module[]> = SequentialModule & {
  readonly [K in Extract<keyof M, `${number}`>]: M[K];
};

/** The constructor of `Sequential`, which remembers the types of its modules. */
export const Sequential = SequentialModule as unknown as {
  new <const M extends readonly Module[]>(...modules: M & Chain<M>): Sequential<M>;
  prototype: SequentialModule;
};
Object.defineProperty(SequentialModule, "name", { value: "Sequential" });
