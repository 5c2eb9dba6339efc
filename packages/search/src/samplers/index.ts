// The samplers, as `samplers.RandomSampler` and so on.
export { RandomSampler } from "./random.js";
