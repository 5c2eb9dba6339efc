// Learning-rate schedules: what PyTorch calls torch.optim.lr_scheduler.
export { ChainedScheduler, SequentialLR, type SequentialLROptions } from "./composed.js";
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from "./cosine.js";
export { CyclicLR, type CyclicLROptions, type CyclicMode } from "./cyclic.js";
export {
  ExponentialLR,
  type ExponentialLROptions,
  LambdaLR,
  type LambdaLROptions,
  MultiplicativeLR,
  MultiStepLR,
  type MultiStepLROptions,
  PolynomialLR,
  type PolynomialLROptions,
  type StepFunction,
  StepLR,
  type StepLROptions,
} from "./decay.js";
export { OneCycleLR, type OneCycleLROptions } from "./one-cycle.js";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./plateau.js";
export { LRScheduler, type ScheduleOptions, type SchedulerStateDict } from "./scheduler.js";
export { ConstantLR, type ConstantLROptions, LinearLR, type LinearLROptions } from "./warmup.js";
