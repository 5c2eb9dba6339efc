// The samplers, as `samplers.RandomSampler` and so on.
export { GPSampler, type GpOptions } from "./gp.js";
export { type GridOptions, GridSampler } from "./grid.js";
export { QMCSampler, type QmcOptions } from "./qmc.js";
export { RandomSampler } from "./random.js";
export { SOBOL_DIMENSIONS, sobolFraction } from "./sobol.js";
export { TPESampler, type TpeOptions } from "./tpe.js";
