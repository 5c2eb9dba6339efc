// The functions behind the layers.
export { type LossOptions, l1Loss, mseLoss } from "../ops/losses.js";
export { linear } from "../ops/matmul.js";
export { type CrossEntropyOptions, crossEntropy, logSoftmax, nllLoss, softmax } from "../ops/softmax.js";
export { relu, sigmoid, tanh } from "../ops/unary.js";
export { type DropoutOptions, dropout } from "./layers.js";
