// What PyTorch calls torch.autograd.
export { type BackwardOptions, type GradOptions, grad } from "./backward.js";
