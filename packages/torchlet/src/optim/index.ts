// Optimizers: what PyTorch calls torch.optim.
export {
  type GroupSettings,
  Optimizer,
  type ParameterGroup,
  type ParameterGroupInput,
  type Parameters,
} from "./optimizer.js";
export { SGD, type SGDSettings } from "./sgd.js";
