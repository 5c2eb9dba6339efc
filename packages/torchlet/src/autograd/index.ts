// Recording and gradients; the tensor operations they need come from above (provideBackwardOperations).
export {
  countStep,
  detectAnomaly,
  provideLayerPath,
  setDetectAnomaly,
  summarize,
  type TensorSummary,
} from "./anomaly.js";
export { type BackwardOptions, backward } from "./backward.js";
export { type GradOptions, grad } from "./grad.js";
export { addGradientHook, handleOf, type RemovableHandle, retainGradient } from "./hooks.js";
export { enableGrad, type GradScope, inferenceMode, isGradEnabled, noGrad, setGradEnabled } from "./modes.js";
export {
  anyNeedsGraph,
  type MultiVjp,
  Node,
  named,
  needsGraph,
  provideViewRefresh,
  record,
  recordMany,
  refreshView,
  replaceNode,
  type Vjp,
} from "./node.js";
export { type GradientHook, provideBackwardOperations } from "./walk.js";
