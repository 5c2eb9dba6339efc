// Optimizers: what PyTorch calls torch.optim.
export { Adadelta, type AdadeltaSettings } from "./adadelta.js";
export { Adagrad, type AdagradSettings } from "./adagrad.js";
export { Adam, type AdamSettings, AdamW } from "./adam.js";
export { Adamax, type AdamaxSettings } from "./adamax.js";
export { ASGD, type ASGDSettings } from "./asgd.js";
export { LBFGS, type LBFGSSettings } from "./lbfgs.js";
export * as lrScheduler from "./lr-scheduler/index.js";
export { NAdam, type NAdamSettings } from "./nadam.js";
export { Optimizer } from "./optimizer.js";
export { projectL2_, proximalL1_ } from "./projection.js";
export { RAdam, type RAdamSettings } from "./radam.js";
export { RMSprop, type RMSpropSettings } from "./rmsprop.js";
export { Rprop, type RpropSettings } from "./rprop.js";
export type {
  GroupSettings,
  OptimizerOptions,
  ParameterGroup,
  ParameterGroupInput,
  Parameters,
} from "./settings.js";
export { SGD, type SGDSettings } from "./sgd.js";
export type { OptimizerStateDict } from "./state-dict.js";
