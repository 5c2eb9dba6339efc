// The public surface of torchlet: what PyTorch calls `torch`.
export * from "./errors/index.js";
