// Writing models as ONNX files, for every other runtime.
import { noGrad } from "../../autograd/index.js";
import { ValueError } from "../../errors/index.js";
import type { Module } from "../../nn/module.js";
import { Sequential } from "../../nn/sequential.js";
import type { Tensor } from "../../tensor/tensor.js";
import { OnnxGraph } from "./graph.js";

/** Where a layer stands in the graph. */
export interface LayerContext {
  readonly graph: OnnxGraph;
  /** The layer's path, which names its parameters. */
  readonly path: string;
  /** The name of what goes into it, and an example of that. */
  readonly input: string;
  readonly example: Tensor;
}

/** Adds a layer's operations to the graph and returns the name of its result. */
export type LayerConverter<M extends Module> = (module: M, context: LayerContext) => string;

type AnyConverter = (module: Module, context: LayerContext) => string;
const converters = new Map<unknown, AnyConverter>();

/**
 * Teaches the exporter a layer.
 *
 * @example
 * torch.onnx.registerLayer(Swish, (layer, { graph, input }) => graph.node("Mul", [input, graph.node("Sigmoid", [input])]));
 */
export function registerLayer<M extends Module>(
  kind: abstract new (...args: never[]) => M,
  converter: LayerConverter<M>,
): void {
  converters.set(kind, converter as unknown as AnyConverter);
}

/** A layer, or a setting of one, that has no ONNX form. */
export function unsupported(path: string, rule: { en: string; zh: string }): ValueError {
  return new ValueError("onnx-layer", {
    path: `onnx.export: ${path}`,
    rule,
    hint: { en: "teach the exporter with torch.onnx.registerLayer", zh: "可用 torch.onnx.registerLayer 添加转换规则" },
  });
}

function isSequential(module: Module): boolean {
  return module instanceof Sequential;
}

/** Walks a model; every layer is run on the example, so that shapes are known where a conversion depends on them. */
function convert(module: Module, context: LayerContext): { output: string; example: Tensor } {
  if (isSequential(module)) {
    let { input, example } = context;
    for (const [name, child] of module.namedChildren()) {
      const result = convert(child, { ...context, path: `${context.path}${name}.`, input, example });
      input = result.output;
      example = result.example;
    }
    return { output: input, example };
  }
  const converter = converters.get(module.constructor);
  const name = module.constructor.name;
  if (converter === undefined) {
    throw unsupported(`${context.path}${name}`, {
      en: `there is no ONNX form of ${name}`,
      zh: `${name} 没有对应的 ONNX 形式`,
    });
  }
  return { output: converter(module, context), example: module(context.example) };
}

/** Options of `export`. */
export interface ExportOptions {
  /** Default: "input". */
  readonly inputName?: string;
  /** Default: "output". */
  readonly outputName?: string;
}

/**
 * A model as the bytes of an ONNX file, in evaluation mode, with any batch size.
 *
 * @param model a layer, or a Sequential of layers
 * @param example an input of the right shape; its first dimension is the batch
 * @throws ValueError for a layer that has no ONNX form
 *
 * @example
 * writeFileSync("mlp.onnx", torch.onnx.export(net, torch.zeros(1, 784)));
 */
export function exportModel(model: Module, example: Tensor, options: ExportOptions = {}): Uint8Array {
  const { inputName = "input", outputName = "output" } = options;
  const modes = model.modules().map((m) => [m, m.training] as const);
  model.eval();
  try {
    return noGrad(() => {
      const graph = new OnnxGraph();
      const result = convert(model, { graph, path: "", input: inputName, example });
      graph.node("Identity", [result.output], {}, outputName);
      return graph.finish("torchlet", { name: inputName, example }, { name: outputName, example: result.example });
    });
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}
