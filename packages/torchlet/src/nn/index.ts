// Layers, losses and initial values: what PyTorch calls torch.nn.
export * from "./activations.js";
export * from "./containers.js";
export { Conv1d, Conv2d, type ConvLayerOptions } from "./convolution.js";
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
export {
  AvgPool1d,
  AvgPool2d,
  type AvgPoolLayerOptions,
  MaxPool1d,
  MaxPool2d,
  type MaxPoolLayerOptions,
} from "./pooling.js";
export { GRU, LSTM, type LSTMOptions, type RecurrentOptions, RNN, type RNNOptions } from "./recurrent.js";
export {
  type CellOptions,
  GRUCell,
  LSTMCell,
  type LSTMState,
  RNNCell,
  type RNNCellOptions,
  type RnnNonlinearity,
} from "./recurrent-cells.js";
export { Sequential } from "./sequential.js";
export * from "./softmax.js";
export * as utils from "./utils.js";
