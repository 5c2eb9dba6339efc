// Optimizers: what PyTorch calls torch.optim.
export { Optimizer } from "./optimizer.js";
export type {
  GroupSettings,
  OptimizerOptions,
  ParameterGroup,
  ParameterGroupInput,
  Parameters,
} from "./settings.js";
export { SGD, type SGDSettings } from "./sgd.js";
export type { OptimizerStateDict } from "./state-dict.js";
