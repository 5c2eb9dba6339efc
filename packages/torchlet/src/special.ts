// The functions that PyTorch keeps in `torch.special`.
export { round } from "./ops/pointwise.js";
export { logSoftmax, softmax } from "./ops/softmax.js";
export {
  digamma,
  digamma as psi,
  entr,
  erf,
  erfc,
  erfinv,
  lgamma as gammaln,
  logit,
  mvlgamma as multigammaln,
  ndtr,
  polygamma,
  sinc,
  xlog1py,
  xlogy,
} from "./ops/special.js";
export { logsumexp } from "./ops/statistics.js";
export { exp2, expm1, log1p, sigmoid as expit } from "./ops/unary.js";
