// What PyTorch calls torch.onnx.
import "./layers.js";

export {
  type ExportOptions,
  exportModel as export,
  type LayerContext,
  type LayerConverter,
  registerLayer,
} from "./export.js";
export { type Attribute, OnnxGraph } from "./graph.js";
