// Random streams equal to PyTorch's CPU generator: a seed gives the numbers that PyTorch gives.
import { record } from "../autograd/index.js";
import {
  addressOf,
  createStorage,
  Fn,
  generatorBytes,
  instructions,
  machine,
  Op,
  refuseCapture,
  tenure,
} from "../engine/index.js";
import { DTypeError, ValueError } from "../errors/index.js";
import { type DType, getDefaultDtype, int32, uint8 } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { TensorOf } from "../tensor/shape-types.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { add, mul } from "./arithmetic.js";
import { readSizes, type TensorOptions } from "./creation.js";
import { castTensor, computeType, nodeNameOf, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { checkInPlace, continueFrom, isRecorded } from "./inplace-core.js";

/**
 * A stream of random numbers: mt19937, as PyTorch's CPU generator.
 *
 * @example
 * const g = new torch.Generator().manualSeed(1);
 * torch.randperm(10, { generator: g });
 */
export class Generator {
  private readonly storage = createStorage(generatorBytes());
  private seed = 67280421310721;

  constructor() {
    tenure(this.storage);
    // A few of its words hold nothing yet: states that are equal have equal bytes.
    const at = this.address;
    machine.u8.fill(0, at, at + generatorBytes());
    this.manualSeed(this.seed);
  }

  /** Starts the stream that belongs to a seed. The generator uses the seed's low 32 bits, as PyTorch's does. */
  manualSeed(seed: number | bigint): this {
    if (typeof seed === "number" && !Number.isInteger(seed)) {
      throw new ValueError("seed", {
        path: "manualSeed",
        rule: { en: `the seed must be an integer, got ${seed}`, zh: `种子必须是整数，得到的是 ${seed}` },
        received: seed,
      });
    }
    this.seed = Number(seed);
    const low = Number(BigInt.asIntN(32, BigInt(seed)));
    instructions.plain(Op.seed, [this.address, low]);
    return this;
  }

  /** The seed that the stream began with. */
  initialSeed(): number {
    return this.seed;
  }

  /** A seed for another generator, drawn as PyTorch draws an int64 (its low 32 bits). */
  drawSeed(): number {
    return instructions.drawSeed(this.address);
  }

  /** The state as bytes: written to a checkpoint and restored with `setState`. */
  getState(): Uint8Array {
    return new Tensor(this.storage, uint8, [generatorBytes()], [1], 0).toTypedArray() as Uint8Array;
  }

  /**
   * Continues from a state of `getState`.
   *
   * @param initialSeed what `initialSeed()` says from now on. Default: as before
   * @throws ValueError for a state of another length
   */
  setState(state: Uint8Array, initialSeed = this.seed): this {
    if (state.length !== generatorBytes()) {
      throw new ValueError("generator-state", {
        path: "setState",
        rule: {
          en: `a state has ${generatorBytes()} bytes, got ${state.length}`,
          zh: `状态应为 ${generatorBytes()} 字节，得到的是 ${state.length}`,
        },
        expected: generatorBytes(),
        received: state.length,
      });
    }
    refuseCapture(
      "a generator's state is set in the middle of the step",
      "在步骤中途设置了随机数生成器的状态",
      "set it before the call",
      "请在调用之前设置",
    );
    const source = emptyTensor([state.length], uint8);
    const to = this.address;
    const from = source.address();
    machine.u8.set(state, from);
    instructions.copyBytes(from, to, state.length);
    this.seed = initialSeed;
    return this;
  }

  /** @internal */
  get address(): number {
    return addressOf(this.storage);
  }
}

let shared: Generator | null = null;

/** The generator that everything draws from unless told otherwise. */
export function defaultGenerator(): Generator {
  shared ??= new Generator();
  return shared;
}

/**
 * Seeds the default generator, so that all later random numbers are those of PyTorch with the same seed.
 *
 * @example
 * torch.manualSeed(0);
 * torch.rand(3); // tensor([0.4963, 0.7682, 0.0885])
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator().manualSeed(seed);
}

/** The seed that the default generator began with. */
export function initialSeed(): number {
  return defaultGenerator().initialSeed();
}

/** The default generator's state. */
export function getRngState(): Uint8Array {
  return defaultGenerator().getState();
}

/** Continues the default generator from a state. */
export function setRngState(state: Uint8Array): void {
  defaultGenerator().setState(state);
}

/** Options of random functions. */
export interface RandomOptions extends TensorOptions {
  readonly generator?: Generator | null;
}

/** Draws into a tensor; one that is not contiguous is drawn elsewhere and copied. */
function draw(
  op: number,
  x: Tensor,
  doubles: readonly number[],
  generator: Generator | null | undefined,
  extra: readonly number[] = [],
): Tensor {
  const g = generator ?? defaultGenerator();
  const target = x.dense ? x : emptyTensor(x.shape, x.dtype);
  const at = g.address;
  instructions.plain(op, [at, x.dtype.code, x.numel(), target.address(), ...extra], doubles);
  if (target !== x) runUnary(Fn.copy, target, x.data, computeType(x.dtype));
  return x;
}

function finish(x: Tensor, options: RandomOptions): Tensor {
  if (options.requiresGrad) x.requiresGrad_(true);
  return x;
}

/** @throws DTypeError unless the type can hold the fractions that are drawn: the kernels write floats */
function checkFloating(who: string, dtype: DType): void {
  if (dtype.isFloatingPoint) return;
  throw new DTypeError("random-dtype", {
    path: who,
    rule: { en: `the type must be floating-point, got ${dtype}`, zh: `类型必须是浮点类型，得到的是 ${dtype}` },
    expected: ["float32", "float64"],
    received: dtype.name,
    hint: { en: "use randint for integers", zh: "整数请用 randint" },
  });
}

/** Draws in place; the graph goes on from here, with no gradient for what was there before. */
function redraw(
  who: string,
  op: number,
  x: Tensor,
  doubles: readonly number[],
  generator: Generator | null | undefined,
  extra: readonly number[] = [],
): Tensor {
  const recorded = isRecorded(x);
  checkInPlace(who, x, recorded);
  if (op !== Op.bernoulli) checkFloating(who, x.dtype);
  draw(op, x, doubles, generator, extra);
  if (recorded) {
    const zeros = (g: Tensor) => fillTensor(emptyTensor(g.shape, g.dtype), 0);
    continueFrom(x, record(x.data, nodeNameOf(who.slice(0, -1)), [x], null, zeros));
  }
  x.storage.version++;
  return x;
}

/** Uniform numbers on [0, 1). */
export function rand<const S extends Shape>(shape: S, options?: RandomOptions): TensorOf<S>;
export function rand(...args: readonly (number | Shape | RandomOptions)[]): Tensor;
export function rand(...args: readonly (number | Shape | RandomOptions | undefined)[]): Tensor {
  const { shape, options } = readSizes<RandomOptions>("rand", args);
  checkFloating("rand", options.dtype ?? getDefaultDtype());
  return finish(
    draw(Op.uniform, emptyTensor(shape, options.dtype ?? getDefaultDtype()), [0, 1], options.generator),
    options,
  );
}

/** Standard normal numbers. */
export function randn<const S extends Shape>(shape: S, options?: RandomOptions): TensorOf<S>;
export function randn(...args: readonly (number | Shape | RandomOptions)[]): Tensor;
export function randn(...args: readonly (number | Shape | RandomOptions | undefined)[]): Tensor {
  const { shape, options } = readSizes<RandomOptions>("randn", args);
  checkFloating("randn", options.dtype ?? getDefaultDtype());
  return finish(
    draw(Op.normal, emptyTensor(shape, options.dtype ?? getDefaultDtype()), [0, 1], options.generator),
    options,
  );
}

/** Uniform numbers on [0, 1) in the shape of another tensor. */
export function randLike(self: Tensor, options: RandomOptions = {}): Tensor {
  return rand(self.shape, { dtype: self.dtype, ...options });
}

/** Standard normal numbers in the shape of another tensor. */
export function randnLike(self: Tensor, options: RandomOptions = {}): Tensor {
  return randn(self.shape, { dtype: self.dtype, ...options });
}

function checkStd(who: string, std: number): void {
  if (std >= 0) return;
  throw new ValueError("std", {
    path: who,
    rule: { en: `the standard deviation must not be negative, got ${std}`, zh: `标准差不能为负，得到的是 ${std}` },
    received: std,
  });
}

/**
 * Normal numbers with a mean and a standard deviation; either may be a tensor, one value an element.
 *
 * @example
 * torch.normal(0, 0.01, [784, 256]);
 */
export function normal(
  mean: number | Tensor,
  std: number | Tensor = 1,
  size?: Shape,
  options: RandomOptions = {},
): Tensor {
  if (typeof mean === "number" && typeof std === "number") {
    checkStd("normal", std);
    checkFloating("normal", options.dtype ?? getDefaultDtype());
    const { shape } = readSizes("normal", [size ?? []]);
    return finish(
      draw(Op.normal, emptyTensor(shape, options.dtype ?? getDefaultDtype()), [mean, std], options.generator),
      options,
    );
  }
  const like = (typeof mean === "object" ? mean : std) as Tensor;
  const both = typeof mean === "object" && typeof std === "object" ? add(mean, std) : like;
  const noise = randn(both.shape, { dtype: both.dtype, generator: options.generator });
  return finish(add(mul(noise, std), mean), options);
}

/**
 * Integers on [low, high), low 0 unless given.
 *
 * @throws ValueError where high is not above low
 */
export function randint(high: number, size: Shape, options?: RandomOptions): Tensor;
export function randint(low: number, high: number, size: Shape, options?: RandomOptions): Tensor;
export function randint(...args: readonly (number | Shape | RandomOptions | undefined)[]): Tensor {
  const numbers = args.filter((a): a is number => typeof a === "number");
  const shape = args.find((a): a is Shape => Array.isArray(a)) ?? [];
  const options = (args.find((a) => typeof a === "object" && !Array.isArray(a)) ?? {}) as RandomOptions;
  const [low, high] = numbers.length === 1 ? [0, numbers[0]!] : [numbers[0]!, numbers[1]!];
  if (!(high > low)) {
    throw new ValueError("randint-range", {
      path: "randint",
      rule: {
        en: `high must be above low, got ${low} and ${high}`,
        zh: `high 必须大于 low，得到的是 ${low} 与 ${high}`,
      },
      received: [low, high],
    });
  }
  const { shape: checked } = readSizes("randint", [shape]);
  return draw(Op.randint, emptyTensor(checked, options.dtype ?? int32), [low, high - low], options.generator);
}

/** The integers 0..n-1 in a random order. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { shape } = readSizes("randperm", [n]);
  const out = emptyTensor(shape, int32);
  const g = (options.generator ?? defaultGenerator()).address;
  instructions.plain(Op.randperm, [g, n, out.address()]);
  return options.dtype === undefined || options.dtype === int32 ? out : castTensor(out, options.dtype);
}

/** 1 with the probability that each element of `self` names, else 0. */
export function bernoulli(self: Tensor, options: RandomOptions = {}): Tensor {
  checkFloating("bernoulli", self.dtype);
  const probabilities = self.dense ? self : castTensor(self, self.dtype);
  const out = emptyTensor(self.shape, self.dtype);
  const g = (options.generator ?? defaultGenerator()).address;
  const from = probabilities.address();
  instructions.plain(
    Op.bernoulli,
    [g, out.dtype.code, out.numel(), out.address(), from, probabilities.dtype.code],
    [0],
  );
  return out;
}

/** @throws ValueError unless the rule holds */
function checkDistribution(who: string, holds: boolean, en: string, zh: string, received: unknown): void {
  if (!holds) throw new ValueError("distribution", { path: who, rule: { en, zh }, received });
}

/** @internal The in-place draws: methods of the tensor. Each takes its numbers one by one or by name. */
export const inPlaceDraws = {
  uniform_(
    self: Tensor,
    from: number | ({ readonly from?: number; readonly to?: number } & RandomOptions) = 0,
    to = 1,
    options: RandomOptions = {},
  ): Tensor {
    if (typeof from === "object") return inPlaceDraws.uniform_(self, from.from, from.to, from);
    checkDistribution(
      "uniform_",
      from <= to,
      `from ${from} must not be above to ${to}`,
      `下界 ${from} 不能大于上界 ${to}`,
      [from, to],
    );
    return redraw("uniform_", Op.uniform, self, [from, to], options.generator);
  },
  normal_(
    self: Tensor,
    mean: number | ({ readonly mean?: number; readonly std?: number } & RandomOptions) = 0,
    std = 1,
    options: RandomOptions = {},
  ): Tensor {
    if (typeof mean === "object") return inPlaceDraws.normal_(self, mean.mean, mean.std, mean);
    checkStd("normal_", std);
    return redraw("normal_", Op.normal, self, [mean, std], options.generator);
  },
  bernoulli_(
    self: Tensor,
    p: number | ({ readonly p?: number } & RandomOptions) = 0.5,
    options: RandomOptions = {},
  ): Tensor {
    if (typeof p === "object") return inPlaceDraws.bernoulli_(self, p.p, p);
    checkDistribution(
      "bernoulli_",
      p >= 0 && p <= 1,
      `the probability must be between 0 and 1, got ${p}`,
      `概率必须在 0 到 1 之间，得到的是 ${p}`,
      p,
    );
    return redraw("bernoulli_", Op.bernoulli, self, [p], options.generator, [0, 0]);
  },
  exponential_(
    self: Tensor,
    lambd: number | ({ readonly lambd?: number } & RandomOptions) = 1,
    options: RandomOptions = {},
  ): Tensor {
    if (typeof lambd === "object") return inPlaceDraws.exponential_(self, lambd.lambd, lambd);
    checkDistribution(
      "exponential_",
      lambd > 0,
      `the rate must be positive, got ${lambd}`,
      `速率必须为正，得到的是 ${lambd}`,
      lambd,
    );
    return redraw("exponential_", Op.exponential, self, [lambd], options.generator);
  },
};

export { type MultinomialOptions, multinomial } from "./multinomial.js";

/** Runs a function with a generator's state put back afterwards; used where draws must not disturb the stream. */
export function forkRng<T>(body: () => T): T {
  const state = getRngState();
  try {
    return body();
  } finally {
    setRngState(state);
  }
}
