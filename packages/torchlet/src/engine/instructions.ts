// Writes instructions: one function an opcode, integers in, one call into the kernels.
//
// Layouts are those documented above each kernel. All addresses must have been asked for after the last storage was
// created (see storage.ts).
export * from "./instructions/basic.js";
export * from "./instructions/elementwise.js";
export * from "./instructions/product.js";
export * from "./instructions/reduction.js";
export * from "./instructions/update.js";
