// An ONNX graph while it is being built: nodes, initial values, and the names of what flows between them.
//
// Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
import { DTypeError } from "../../errors/index.js";
import { float32, float64, int32 } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import { MessageWriter } from "./protobuf.js";

/** The version of the operators that the graph uses: the first with Gelu. */
export const OPSET = 20;
const IR_VERSION = 9;

/** An attribute of a node: integers are written as such where they are wrapped in `int`. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string };

const ELEMENT_TYPES = new Map([
  [float32, 1],
  [int32, 6],
  [float64, 11],
]);

const INT64 = 7;

function elementType(x: Tensor): number {
  const type = ELEMENT_TYPES.get(x.dtype);
  if (type !== undefined) return type;
  throw new DTypeError("onnx-dtype", {
    path: "onnx.export",
    rule: { en: `tensors of ${x.dtype} cannot be exported`, zh: `无法导出 ${x.dtype} 张量` },
    expected: ["float32", "float64", "int32"],
    received: x.dtype.name,
  });
}

function attributeMessage(name: string, attribute: Attribute): MessageWriter {
  const out = new MessageWriter().string(1, name);
  if ("int" in attribute) return out.int(3, attribute.int).int(20, 2);
  if ("float" in attribute) return out.float(2, attribute.float).int(20, 1);
  if ("ints" in attribute) return out.ints(8, attribute.ints).int(20, 7);
  return out.string(4, attribute.string).int(20, 3);
}

/** A value's name, type and shape; the first dimension is the batch and may have any size. */
function valueInfo(name: string, x: Tensor): MessageWriter {
  const shape = new MessageWriter();
  x.shape.forEach((size, d) => {
    const dimension = new MessageWriter();
    shape.message(1, d === 0 ? dimension.string(2, "batch") : dimension.int(1, size));
  });
  const tensorType = new MessageWriter().int(1, elementType(x)).message(2, shape);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensorType));
}

/** A graph under construction. */
export class OnnxGraph {
  private readonly nodes: MessageWriter[] = [];
  private readonly initializers: MessageWriter[] = [];
  private names = 0;

  /** A name that nothing else has. */
  fresh(hint: string): string {
    return `${hint}_${this.names++}`;
  }

  /** Adds an operation and returns the name of its result. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = this.fresh(op.toLowerCase()),
  ): string {
    const node = new MessageWriter();
    for (const input of inputs) node.string(1, input);
    node.string(2, output).string(3, `node_${output}`).string(4, op);
    for (const [name, attribute] of Object.entries(attributes)) node.message(5, attributeMessage(name, attribute));
    this.nodes.push(node);
    return output;
  }

  /** Adds a tensor's values under a name. */
  initializer(name: string, x: Tensor): string {
    const values = x.toTypedArray();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.initializers.push(new MessageWriter().ints(1, x.shape).int(2, elementType(x)).string(8, name).bytes(9, bytes));
    return name;
  }

  /** Sizes as an int64 constant, which shapes are in ONNX; 0 keeps a size, -1 takes what is left. */
  shape(sizes: readonly number[]): string {
    const name = this.fresh("shape");
    const bytes = new Uint8Array(BigInt64Array.from(sizes, BigInt).buffer);
    this.initializers.push(new MessageWriter().int(1, sizes.length).int(2, INT64).string(8, name).bytes(9, bytes));
    return name;
  }

  /** The whole model as the bytes of a file. */
  finish(
    name: string,
    input: { name: string; example: Tensor },
    output: { name: string; example: Tensor },
  ): Uint8Array {
    const graph = new MessageWriter();
    for (const node of this.nodes) graph.message(1, node);
    graph.string(2, name);
    for (const initializer of this.initializers) graph.message(5, initializer);
    graph.message(11, valueInfo(input.name, input.example)).message(12, valueInfo(output.name, output.example));
    const opset = new MessageWriter().string(1, "").int(2, OPSET);
    return new MessageWriter().int(1, IR_VERSION).string(2, "torchlet").message(7, graph).message(8, opset).finish();
  }
}
