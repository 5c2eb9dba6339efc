// The normal distribution, to double precision also far out in the tails.

const SQRT_HALF = Math.SQRT1_2;
const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** `exp(x^2) erfc(x)` for x >= 2, where erfc itself falls below every number: the continued fraction of Laplace, from its end. */
function scaledErfc(x: number): number {
  let tail = 0;
  for (let k = x > 6 ? 20 : 120; k > 0; k--) tail = k / 2 / (x + tail);
  return 1 / (Math.sqrt(Math.PI) * (x + tail));
}

/** erf for |x| < 2; a series without cancellation (Abramowitz and Stegun 1964, 7.1.6). */
function erfSeries(x: number): number {
  const square = 2 * x * x;
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= square / k;
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
}

/** The share of a standard normal below x. */
export function normalCdf(x: number): number {
  const z = x * SQRT_HALF;
  if (Math.abs(z) < 2) return 0.5 + 0.5 * erfSeries(z);
  const tail = 0.5 * scaledErfc(Math.abs(z)) * Math.exp(-z * z);
  return z < 0 ? tail : 1 - tail;
}

/** The logarithm of a standard normal's density. */
export function logNormalPdf(x: number): number {
  return -0.5 * x * x - HALF_LOG_TWO_PI;
}

/** The share of a standard normal between a and b; computed in the tail in which both lie, where no digits cancel. */
export function normalMass(a: number, b: number): number {
  if (a > 0) return normalCdf(-a) - normalCdf(-b);
  return normalCdf(b) - normalCdf(a);
}
