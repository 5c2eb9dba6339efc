// Layers, losses and initial values: what PyTorch calls torch.nn.
export * as functional from "./functional.js";
export * as init from "./init.js";
export { Dropout, Flatten, type InplaceOptions, ReLU, Sigmoid, Tanh } from "./layers.js";
export { Identity, Linear, type LinearOptions } from "./linear.js";
export { CrossEntropyLoss, L1Loss, MSELoss, NLLLoss, type ReductionOptions } from "./losses.js";
export { type LoadResult, Module, type StateDict } from "./module.js";
export { Parameter } from "./parameter.js";
export { Sequential } from "./sequential.js";
export * as utils from "./utils.js";
