// What PyTorch calls torch.autograd.
export { anomalyDetectionEnabled, detectAnomaly, setDetectAnomaly, type TensorSummary } from "./anomaly.js";
export { type BackwardOptions, backward } from "./backward.js";
export { Function, type FunctionClass, FunctionContext } from "./function.js";
export { type GradOptions, grad } from "./grad.js";
export { type GradcheckOptions, gradcheck, gradgradcheck } from "./gradcheck.js";
export { type GraphData, type GraphVertex, graphOf, savedTensors } from "./graph.js";
export type { RemovableHandle } from "./hooks.js";
