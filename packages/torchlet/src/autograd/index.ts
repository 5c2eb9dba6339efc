export { type BackwardOptions, backward, type GradOptions, grad, provideBackwardOperations } from "./backward.js";
export { enableGrad, type GradScope, isGradEnabled, noGrad, setGradEnabled } from "./modes.js";
export { anyNeedsGraph, type MultiVjp, Node, needsGraph, record, recordMany, type Vjp } from "./node.js";
