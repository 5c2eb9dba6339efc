// Layers, losses and initial values: what PyTorch calls torch.nn.
export * from "./activations.js";
export * from "./containers.js";
export * from "./embedding.js";
export * as functional from "./functional.js";
export * as init from "./init.js";
export { Dropout, Flatten, type InplaceOptions, ReLU, Sigmoid, Tanh } from "./layers.js";
export { LazyLinear, type LazyLinearOptions } from "./lazy.js";
export { Identity, Linear, type LinearOptions } from "./linear.js";
export { CrossEntropyLoss, L1Loss, Loss, MSELoss, NLLLoss, type ReductionOptions } from "./losses.js";
export * from "./losses-margin.js";
export * from "./losses-pointwise.js";
export { type LoadResult, Module, type StateDict } from "./module.js";
export * from "./normalization.js";
export { Parameter } from "./parameter.js";
export { Sequential } from "./sequential.js";
export * from "./softmax.js";
export * as utils from "./utils.js";
