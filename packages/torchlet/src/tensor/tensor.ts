// The tensor: a view (offset, shape, strides) of a storage, and its place in the graph. Operations are added in src/ops.
import {
  addressOf,
  createStorage,
  machine,
  movedOutBytes,
  recording,
  refuseCapture,
  type Storage,
} from "../engine/index.js";
import { AutogradError, ValueError } from "../errors/index.js";
import { type DType, dtypes, type TypedArray } from "./dtype.js";
import { contiguousStrides, formatShape, isContiguous, type Shape, sameShape, sizeOf } from "./shape.js";
import { trace } from "./trace.js";

/** What the graph keeps of the operation that made a tensor (src/autograd/node.ts). */
export interface GraphNode {
  readonly name: string;
}

/** Numbers in nested arrays, as `tolist` gives them. */
export type NestedNumbers = number | boolean | NestedNumbers[];

/**
 * A multi-dimensional array of numbers that remembers how it was computed.
 *
 * Made by `torch.tensor`, `torch.zeros` and the like, never by its constructor.
 */
export class Tensor {
  /** Where the values live; views share it. */
  readonly storage: Storage;
  /** Elements between the storage's start and the first element. */
  readonly storageOffset: number;
  readonly shape: Shape;
  /** Elements from one index to the next, a number for each dimension. */
  readonly strides: readonly number[];
  readonly dtype: DType;
  /** @internal The flag of a leaf; tensors made by operations require a gradient because of their node. */
  leafRequiresGrad = false;
  /** @internal The operation that made it, and which of its results it is. */
  node: GraphNode | null = null;
  /** @internal */
  outputIndex = 0;
  /** @internal The accumulated gradient; see `grad`. */
  gradient: Tensor | null = null;
  /** @internal Whether the user has seen the gradient and might hold it. */
  gradientSeen = false;
  /** @internal Functions that see the gradient of a leaf. */
  gradientHooks: ((gradient: Tensor) => Tensor | undefined | void)[] | null = null;
  /** @internal The tensor that this one is a view of, for in-place changes. */
  base: Tensor | null = null;
  /** @internal The operation that had made the base when the view was taken. */
  baseNode: GraphNode | null = null;
  /** @internal A fact that costs time to find out. */
  readonly dense: boolean;

  /** @internal */
  constructor(
    storage: Storage,
    dtype: DType,
    shape: Shape,
    strides: readonly number[],
    offset: number,
    dense?: boolean,
  ) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.storageOffset = offset;
    this.dense = dense ?? isContiguous(shape, strides);
    if (trace !== null) trace.tensor(this);
  }

  /** How many dimensions it has. */
  get ndim(): number {
    return this.shape.length;
  }

  /** How many dimensions it has. */
  dim(): number {
    return this.shape.length;
  }

  /** How many elements it has. */
  numel(): number {
    return sizeOf(this.shape);
  }

  /** The shape, or the size of one dimension (negative ones count from the end). */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    if (dim === undefined) return this.shape;
    const size = this.shape.at(dim);
    if (size === undefined || !Number.isInteger(dim)) {
      throw new ValueError("dim-range", {
        path: "size",
        rule: {
          en: `dim ${dim} does not exist in shape ${formatShape(this.shape)}`,
          zh: `形状 ${formatShape(this.shape)} 中没有第 ${dim} 维`,
        },
        received: dim,
      });
    }
    return size;
  }

  /** The strides, or one of them. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(dim?: number): readonly number[] | number {
    return dim === undefined ? this.strides : this.strides.at(dim)!;
  }

  /** Whether the elements lie one after another in row-major order. */
  isContiguous(): boolean {
    return this.dense;
  }

  /** Whether gradients flow to this tensor. */
  get requiresGrad(): boolean {
    if (this.node !== null || this.leafRequiresGrad) return true;
    // A view of what an in-place change has made part of a graph since.
    const { base } = this;
    return base !== null && base.node !== this.baseNode && base.requiresGrad;
  }
  set requiresGrad(value: boolean) {
    this.requiresGrad_(value);
  }

  /**
   * Says whether gradients shall be accumulated in `grad`.
   *
   * @throws AutogradError for integer tensors, and when the flag of a computed tensor would be taken away
   */
  requiresGrad_(value = true): this {
    if (value && !this.dtype.isFloatingPoint) {
      throw new AutogradError("requires-grad-dtype", {
        path: "requiresGrad_",
        rule: {
          en: `only floating-point tensors can require gradients, this one is ${this.dtype}`,
          zh: `只有浮点张量可以求梯度，此张量为 ${this.dtype}`,
        },
        expected: ["float32", "float64"],
        received: this.dtype.name,
      });
    }
    if (this.node !== null) {
      if (value) return this;
      throw new AutogradError("requires-grad-non-leaf", {
        path: "requiresGrad_",
        rule: { en: "only leaf tensors can stop requiring gradients", zh: "只有叶子张量可以取消求梯度" },
        hint: { en: "use detach() to get a tensor outside the graph", zh: "请用 detach() 得到图外的张量" },
      });
    }
    this.leafRequiresGrad = value;
    return this;
  }

  /** Whether it was made by the user rather than computed from tensors that require gradients. */
  get isLeaf(): boolean {
    return this.node === null;
  }

  /** The operation that made it, null for leaves. */
  get gradFn(): GraphNode | null {
    return this.node;
  }

  /** The gradient that `backward` accumulated, null before. */
  get grad(): Tensor | null {
    trace?.gradient(this, false);
    this.gradientSeen = true;
    return this.gradient;
  }
  set grad(value: Tensor | null) {
    if (value !== null && (value.dtype !== this.dtype || !sameShape(value.shape, this.shape))) {
      throw new AutogradError("grad-assign", {
        path: "grad",
        rule: {
          en: `the gradient is ${value.dtype} of shape ${formatShape(value.shape)}, the tensor ${this.dtype} of shape ${formatShape(this.shape)}`,
          zh: `梯度为 ${value.dtype}，形状 ${formatShape(value.shape)}；而张量为 ${this.dtype}，形状 ${formatShape(this.shape)}`,
        },
        expected: [...this.shape],
        received: [...value.shape],
      });
    }
    trace?.gradient(this, true);
    this.gradient = value;
    this.gradientSeen = true;
  }

  /** Values without history, sharing memory; changing them is not recorded. */
  get data(): Tensor {
    return new Tensor(this.storage, this.dtype, this.shape, this.strides, this.storageOffset, this.dense);
  }

  /** How often the values behind this tensor were changed in place. */
  get version(): number {
    return this.storage.version;
  }

  /** Bytes an element. */
  elementSize(): number {
    return this.dtype.itemsize;
  }

  /** @internal The byte address of the first element. */
  address(): number {
    if (trace !== null) trace.use(this);
    return addressOf(this.storage) + this.storageOffset * this.dtype.itemsize;
  }

  /**
   * The value of a tensor with one element.
   *
   * @throws ValueError for any other number of elements
   */
  item(): number {
    if (this.numel() !== 1) {
      throw new ValueError("item-size", {
        path: "item",
        rule: {
          en: `the tensor must have exactly 1 element, this one has shape ${formatShape(this.shape)}`,
          zh: `张量必须恰好有 1 个元素，此张量形状为 ${formatShape(this.shape)}`,
        },
        expected: 1,
        received: this.numel(),
        hint: { en: "use tolist() or toTypedArray()", zh: "请使用 tolist() 或 toTypedArray()" },
      });
    }
    if (recording !== null) refuseReading("item() reads a value", "item() 在步骤中途读取了数值");
    const offset = this.storageOffset * this.dtype.itemsize;
    const host = movedOutBytes(this.storage);
    if (host !== null) return new this.dtype.ArrayType(host.buffer, host.byteOffset + offset, 1)[0]!;
    const address = addressOf(this.storage) + offset;
    switch (this.dtype.code) {
      case 0:
        return machine.f32[address >>> 2]!;
      case 1:
        return machine.f64[address >>> 3]!;
      case 2:
        return machine.i32[address >>> 2]!;
      default:
        return machine.u8[address]!;
    }
  }

  /** A copy of the values in row-major order. Booleans are 0 and 1. */
  toTypedArray(): TypedArray {
    if (recording !== null) refuseReading("values are read", "在步骤中途读取了数值");
    const { dtype, shape, strides } = this;
    const count = sizeOf(shape);
    const offset = this.storageOffset * dtype.itemsize;
    const host = movedOutBytes(this.storage);
    const view = (n: number) =>
      host === null
        ? new dtype.ArrayType(machine.u8.buffer, addressOf(this.storage) + offset, n)
        : new dtype.ArrayType(host.buffer, host.byteOffset + offset, n);
    if (this.dense) return view(count).slice() as TypedArray;
    const out = new dtype.ArrayType(new ArrayBuffer(count * dtype.itemsize), 0, count);
    if (count === 0) return out;
    let reach = 1;
    for (let d = 0; d < shape.length; d++) reach += (shape[d]! - 1) * strides[d]!;
    const values = view(reach);
    const index = new Array<number>(shape.length).fill(0);
    let at = 0;
    for (let i = 0; i < count; i++) {
      out[i] = values[at]!;
      for (let d = shape.length - 1; d >= 0; d--) {
        at += strides[d]!;
        if (++index[d]! < shape[d]!) break;
        at -= strides[d]! * shape[d]!;
        index[d] = 0;
      }
    }
    return out;
  }

  /** The values as nested arrays; a number (or boolean) for a 0-dimensional tensor. */
  tolist(): NestedNumbers {
    const values = this.toTypedArray();
    const isBool = this.dtype === dtypes[4];
    let at = 0;
    const nest = (d: number): NestedNumbers => {
      if (d === this.shape.length) {
        const v = values[at++]!;
        return isBool ? v !== 0 : v;
      }
      return Array.from({ length: this.shape[d]! }, () => nest(d + 1));
    };
    return nest(0);
  }
}

function refuseReading(en: string, zh: string): void {
  refuseCapture(
    `${en} in the middle of the step`,
    zh,
    "return the tensor and read it after the call",
    "请返回该张量，并在调用之后读取",
  );
}

/** @internal A new tensor with memory of its own and undefined values. */
export function emptyTensor(shape: Shape, dtype: DType): Tensor {
  const count = sizeOf(shape);
  return new Tensor(createStorage(count * dtype.itemsize), dtype, shape, contiguousStrides(shape), 0, true);
}
