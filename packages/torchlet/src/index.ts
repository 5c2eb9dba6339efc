// The public surface of torchlet: what PyTorch calls `torch`.
import "./class-names.js";

export { enableGrad, type GradScope, inferenceMode, isGradEnabled, noGrad, setGradEnabled } from "./autograd/modes.js";
export * as autograd from "./autograd/public.js";
export { type Compiled, type CompileOptions, type CompileReport, compile } from "./compile/compile.js";
export { isBuiltin } from "./compile/own.js";
export {
  type BlasStatus,
  type EngineInfo,
  getNumThreads,
  type MemoryReport,
  machineInfo as engineInfo,
  memoryReport as memory,
  setNumThreads,
} from "./engine/index.js";
export * from "./errors/index.js";
export * from "./fit/index.js";
export { load, save } from "./io/files.js";
export * as onnx from "./io/onnx/index.js";
export * as safetensors from "./io/safetensors.js";
export * as metrics from "./metrics/index.js";
export * as nn from "./nn/index.js";
export * from "./ops/index.js";
export { variance as var } from "./ops/statistics.js";
export { viewShape as view } from "./ops/views.js";
export * as optim from "./optim/index.js";
export * as selection from "./selection/index.js";
export * as special from "./special.js";
export {
  bool,
  DType,
  type DTypeName,
  float32,
  float32 as float,
  float64,
  float64 as double,
  getDefaultDtype,
  int32,
  int32 as int64,
  int32 as long,
  resultType,
  setDefaultDtype,
  type TypedArray,
  uint8,
} from "./tensor/dtype.js";
export { type PrintOptions, setPrintoptions } from "./tensor/print.js";
export type { Shape } from "./tensor/shape.js";
export type { ProductMismatch, Shaped, TensorOf } from "./tensor/shape-types.js";
export { type GraphNode, type NestedNumbers, Tensor } from "./tensor/tensor.js";
export * as utils from "./utils.js";
