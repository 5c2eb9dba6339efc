// Initial values of parameters: what PyTorch calls torch.nn.init.
export {
  type InitOptions,
  type KaimingOptions,
  kaimingNormal_,
  kaimingUniform_,
  type NormalOptions,
  normal_,
  type UniformOptions,
  uniform_,
  type XavierOptions,
  xavierNormal_,
  xavierUniform_,
} from "./init/draws.js";
export { calculateGain, type Nonlinearity } from "./init/gain.js";
export {
  constant_,
  dirac_,
  eye_,
  ones_,
  orthogonal_,
  type SparseOptions,
  sparse_,
  zeros_,
} from "./init/structured.js";
export { type TruncNormalOptions, truncNormal_ } from "./init/truncated.js";
