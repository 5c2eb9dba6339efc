// Small tools for parameters: what PyTorch calls torch.nn.utils.
import type { Module } from "./module.js";

export {
  type ClipOptions,
  clipGradNorm_,
  clipGradsWithNorm_,
  clipGradValue_,
  getTotalNorm,
} from "./utils-clip.js";
export {
  type LayerRecord,
  LayerRecorder,
  type LayerStatistics,
  type RecordLayersOptions,
  recordLayers,
  statisticsOf,
} from "./utils-recorder.js";
export { parametersToVector, vectorToParameters } from "./utils-vector.js";

/**
 * How many numbers a module learns.
 *
 * @example
 * nn.utils.countParameters(new nn.Linear(784, 10)); // 7850
 */
export function countParameters(module: Module): number {
  return module.parameters().reduce((n, p) => n + p.numel(), 0);
}
