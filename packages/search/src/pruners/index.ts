// The pruners, as `pruners.MedianPruner` and so on.
export { NopPruner } from "./nop.js";
export { MedianPruner, type PercentileOptions, PercentilePruner } from "./percentile.js";
