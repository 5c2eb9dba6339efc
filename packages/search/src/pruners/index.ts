// The pruners, as `pruners.MedianPruner` and so on.
export { type HyperbandOptions, HyperbandPruner } from "./hyperband.js";
export { NopPruner } from "./nop.js";
export { type PatientOptions, PatientPruner } from "./patient.js";
export { MedianPruner, type PercentileOptions, PercentilePruner } from "./percentile.js";
export { type SuccessiveHalvingOptions, SuccessiveHalvingPruner } from "./successive-halving.js";
export { type ThresholdOptions, ThresholdPruner } from "./threshold.js";
