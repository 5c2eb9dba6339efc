// Public classes keep their names in minified and merged bundles, where `Linear` becomes `t` or `Linear2`: printed models
// and errors speak of them.
import * as autograd from "./autograd/public.js";
import * as errors from "./errors/index.js";
import * as fit from "./fit/index.js";
import * as metrics from "./metrics/index.js";
import * as nn from "./nn/index.js";
import * as optim from "./optim/index.js";
import * as selection from "./selection/index.js";
import { DType } from "./tensor/dtype.js";
import { Tensor } from "./tensor/tensor.js";
import * as utils from "./utils.js";

/** Names the classes among a module's exports as they are exported. */
function nameClasses(exports: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === "function" && /^[A-Z]/.test(name)) Object.defineProperty(value, "name", { value: name });
  }
}

for (const exports of [
  autograd,
  errors,
  fit,
  metrics,
  nn,
  optim,
  optim.lrScheduler,
  selection,
  utils.data,
  { DType, Tensor },
]) {
  nameClasses(exports);
}
