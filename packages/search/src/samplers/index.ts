// The samplers, as `samplers.RandomSampler` and so on.
export { type GridOptions, GridSampler } from "./grid.js";
export { QMCSampler, type QmcOptions } from "./qmc.js";
export { RandomSampler } from "./random.js";
export { SOBOL_DIMENSIONS, sobolFraction } from "./sobol.js";
