// The logarithm of expected improvement, also where the improvement itself is too small for a number.
import { logNormalPdf, normalCdf } from "../../math/normal.js";

/** From here on, the continued fraction of Mills' ratio converges within some dozens of steps. */
const TAIL = -2.5;

/** log h(z), h(z) = pdf(z) + z cdf(z), with pdf / h and cdf / h. */
function logImprovement(z: number): { log: number; pdf: number; cdf: number } {
  if (z > TAIL) {
    const pdf = Math.exp(logNormalPdf(z));
    const cdf = normalCdf(z);
    const h = pdf + z * cdf;
    return { log: Math.log(h), pdf: pdf / h, cdf: cdf / h };
  }
  // With x = -z and rest = 1 / (x + 2 / (x + 3 / ...)): cdf / pdf = 1 / (x + rest), so h = pdf * rest / (x + rest), in which nothing cancels.
  const x = -z;
  let tail = 0;
  for (let k = x > 10 ? 30 : 120; k > 1; k--) tail = k / (x + tail);
  const rest = 1 / (x + tail);
  return { log: logNormalPdf(z) + Math.log(rest) - Math.log(x + rest), pdf: (x + rest) / rest, cdf: 1 / rest };
}

/**
 * log E[max(best - y, 0)] for a normal y, and its derivatives by mean and deviation.
 *
 * Source: Ament et al., Unexpected improvements to expected improvement for Bayesian optimization, NeurIPS 2023.
 */
export function logExpectedImprovement(
  mean: number,
  deviation: number,
  best: number,
): { value: number; byMean: number; byDeviation: number } {
  const { log, pdf, cdf } = logImprovement((best - mean) / deviation);
  return { value: Math.log(deviation) + log, byMean: -cdf / deviation, byDeviation: pdf / deviation };
}
