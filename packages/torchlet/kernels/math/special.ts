// Special functions in double precision: the error function and its relatives, the gamma function and its relatives.
//
// Coefficients are Chebyshev expansions computed with 60 digits and written as powers of the centred variable.

// @ts-ignore: decorator
@inline
function truncated(x: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(x) & 0xfffffffff8000000);
}

/** e^(-x^2): the square of x's leading bits is exact, what is left is a small correction. */
function gaussian(x: f64): f64 {
  const high = truncated(x);
  return NativeMath.exp(-high * high) * NativeMath.exp((high - x) * (high + x));
}

/** e^(x^2) erfc(x) for x >= 1: a polynomial of s = 1 - 10 / (x + 4), over x + 4. */
function scaledErfc(x: f64): f64 {
  const w = 1.0 / (x + 4.0);
  const s = 1.0 - 10.0 * w;
  let p: f64 = 3.369119770114710468e-11;
  p = p * s + 4.302476752961193068e-12;
  p = p * s - 5.291449413831861566e-10;
  p = p * s + 4.130202852896270037e-10;
  p = p * s + 5.2891654544104651e-9;
  p = p * s - 1.280890317471319787e-8;
  p = p * s - 3.334649359165707784e-8;
  p = p * s + 2.230266515152174617e-7;
  p = p * s - 1.917509641728237011e-7;
  p = p * s - 2.259032603698861985e-6;
  p = p * s + 1.0722820665701455e-5;
  p = p * s - 1.185051371950044094e-5;
  p = p * s - 1.109595071617950035e-4;
  p = p * s + 8.407016474434035413e-4;
  p = p * s - 3.636798471623769995e-3;
  p = p * s + 1.205673402213716042e-2;
  p = p * s - 3.337550751183551466e-2;
  p = p * s + 8.026267098033683341e-2;
  p = p * s - 1.714817147420893387e-1;
  p = p * s + 3.301418464193468136e-1;
  p = p * s - 5.782696708998485962e-1;
  p = p * s + 9.27765678005383542e-1;
  return p * w;
}

/** erf(x) / x as a function of z = x^2 for |x| < 1: the Taylor series, 1 / (n! (2n + 1)) times 2 / sqrt(pi). */
function erfSeries(z: f64): f64 {
  let p: f64 = -1.0 / (355687428096000.0 * 35.0);
  p = p * z + 1.0 / (20922789888000.0 * 33.0);
  p = p * z - 1.0 / (1307674368000.0 * 31.0);
  p = p * z + 1.0 / (87178291200.0 * 29.0);
  p = p * z - 1.0 / (6227020800.0 * 27.0);
  p = p * z + 1.0 / (479001600.0 * 25.0);
  p = p * z - 1.0 / (39916800.0 * 23.0);
  p = p * z + 1.0 / (3628800.0 * 21.0);
  p = p * z - 1.0 / (362880.0 * 19.0);
  p = p * z + 1.0 / (40320.0 * 17.0);
  p = p * z - 1.0 / (5040.0 * 15.0);
  p = p * z + 1.0 / (720.0 * 13.0);
  p = p * z - 1.0 / (120.0 * 11.0);
  p = p * z + 1.0 / (24.0 * 9.0);
  p = p * z - 1.0 / (6.0 * 7.0);
  p = p * z + 1.0 / (2.0 * 5.0);
  p = p * z - 1.0 / 3.0;
  p = p * z + 1.0;
  return p * 1.1283791670955126;
}

/** The error function. */
export function erf(x: f64): f64 {
  const a = abs(x);
  if (a < 1) return x * erfSeries(x * x);
  if (a > 6) return copysign<f64>(1, x);
  if (x != x) return x;
  return copysign<f64>(1 - gaussian(a) * scaledErfc(a), x);
}

/** 1 - erf(x), to its last bit also where it is tiny. */
export function erfc(x: f64): f64 {
  if (x != x) return x;
  const a = abs(x);
  if (a < 0.5) return 1 - x * erfSeries(x * x);
  if (x >= 0.5 && x < 1) return 0.5 - (x * erfSeries(x * x) - 0.5);
  if (x < 0) return a < 1 ? 1 + a * erfSeries(x * x) : a > 6 ? 2 : 2 - gaussian(a) * scaledErfc(a);
  return x > 27 ? 0 : gaussian(x) * scaledErfc(x);
}

/** The normal distribution function: (1 + erf(x / sqrt 2)) / 2. */
export function normalCdf(x: f64): f64 {
  return 0.5 * erfc(-x * 0.70710678118654752440);
}

/** The inverse of erf: Winitzki's estimate, then Halley's steps on whichever of erf and erfc is not close to 1. */
export function erfinv(y: f64): f64 {
  const a = abs(y);
  if (!(a < 1)) return a == 1 ? copysign<f64>(Infinity, y) : NaN;
  if (a < 1e-8) return y * 0.88622692545275801365;
  const l = NativeMath.log1p(-a * a);
  const t = 4.330746750799873 + 0.5 * l;
  let x = sqrt(sqrt(t * t - l * 6.802721088435375) - t);
  const rest = 1 - a;
  for (let i = 0; i < 3; ++i) {
    const miss = a < 0.5 ? erf(x) - a : rest - erfc(x);
    const step = miss * 0.88622692545275801365 * NativeMath.exp(x * x);
    x -= step / (1 + x * step);
  }
  return copysign<f64>(x, y);
}

/** log Gamma(1 + z) / z for |z| <= 1/2; s = 2 z. */
function logGammaAtOne(z: f64): f64 {
  const s = 2 * z;
  let p: f64 = 6.518979624944574791e-9;
  p = p * s - 1.265343602064084837e-8;
  p = p * s - 1.614341432766059444e-8;
  p = p * s + 2.801013863257754575e-8;
  p = p * s + 6.408084149695596172e-8;
  p = p * s - 1.185853930222530018e-7;
  p = p * s + 4.283151946861802102e-8;
  p = p * s - 1.152276764419435348e-7;
  p = p * s + 4.670422228565851281e-7;
  p = p * s - 9.633903782919713657e-7;
  p = p * s + 1.883099841572102412e-6;
  p = p * s - 4.034900504501253753e-6;
  p = p * s + 8.72923496415631083e-6;
  p = p * s - 1.879442449174286372e-5;
  p = p * s + 4.069764721823043559e-5;
  p = p * s - 8.881944889023687588e-5;
  p = p * s + 1.955071807682235033e-4;
  p = p * s - 4.348999009110609158e-4;
  p = p * s + 9.805442471061883255e-4;
  p = p * s - 2.250779599235429717e-3;
  p = p * s + 5.298661783955345583e-3;
  p = p * s - 1.296159694103271831e-2;
  p = p * s + 3.382260105339473988e-2;
  p = p * s - 1.001714085966014133e-1;
  p = p * s + 4.112335167120572614e-1;
  return p * s - 5.772156649015329546e-1;
}

/** log Gamma(2 + z) / z for |z| <= 1/2; s = 2 z. */
function logGammaAtTwo(z: f64): f64 {
  const s = 2 * z;
  let p: f64 = -5.117684453811744612e-13;
  p = p * s + 2.127076217078540416e-12;
  p = p * s - 6.566215046625872618e-12;
  p = p * s + 2.807586082663389485e-11;
  p = p * s - 1.248129469714387239e-10;
  p = p * s + 5.35245597147140445e-10;
  p = p * s - 2.304310274427422532e-9;
  p = p * s + 1.001249236957857973e-8;
  p = p * s - 4.387339030049161888e-8;
  p = p * s + 1.942532703143899177e-7;
  p = p * s - 8.716982449081133925e-7;
  p = p * s + 3.981793088659666512e-6;
  p = p * s - 1.863677987505292637e-5;
  p = p * s + 9.032844784489912904e-5;
  p = p * s - 4.615969392917560132e-4;
  p = p * s + 2.572601053472541929e-3;
  p = p * s - 1.683807526329953498e-2;
  p = p * s + 1.612335167120566179e-1;
  return p * s + 4.227843350984671394e-1;
}

/** log |Gamma(x)|. */
export function lgamma(x: f64): f64 {
  if (x != x) return x;
  if (abs(x) == Infinity) return Infinity;
  if (x <= 0) {
    if (floor(x) == x) return Infinity;
    // The reflection: Gamma(x) Gamma(1 - x) = pi / sin(pi x).
    const s = abs(NativeMath.sin(3.14159265358979323846 * (x - nearest(x))));
    return 1.1447298858494001741 - NativeMath.log(s) - lgamma(1 - x);
  }
  if (x < 0.5) return x * logGammaAtOne(x) - NativeMath.log(x);
  if (x < 1.5) return (x - 1) * logGammaAtOne(x - 1);
  if (x < 8) {
    let product: f64 = 1;
    while (x > 2.5) {
      x -= 1;
      product *= x;
    }
    return (x - 2) * logGammaAtTwo(x - 2) + NativeMath.log(product);
  }
  // Stirling's series.
  const r = 1 / x, z = r * r;
  let p: f64 = 1.0 / 156.0;
  p = p * z - 691.0 / 360360.0;
  p = p * z + 1.0 / 1188.0;
  p = p * z - 1.0 / 1680.0;
  p = p * z + 1.0 / 1260.0;
  p = p * z - 1.0 / 360.0;
  p = p * z + 1.0 / 12.0;
  return (x - 0.5) * (NativeMath.log(x) - 1) + 0.41893853320467274178 + p * r;
}

/** The derivative of log Gamma; at 0 an infinity of the opposite sign, at negative integers NaN. */
export function digamma(x: f64): f64 {
  if (x == 0) return copysign<f64>(Infinity, -x);
  let result: f64 = 0;
  if (x < 0) {
    const part = x - nearest(x);
    if (part == 0 || x == -Infinity) return NaN;
    result = -3.14159265358979323846 / NativeMath.tan(3.14159265358979323846 * part);
    x = 1 - x;
  }
  while (x < 10) {
    result -= 1 / x;
    x += 1;
  }
  const z = 1 / (x * x);
  let p: f64 = 1.0 / 12.0;
  p = p * z - 691.0 / 32760.0;
  p = p * z + 1.0 / 132.0;
  p = p * z - 1.0 / 240.0;
  p = p * z + 1.0 / 252.0;
  p = p * z - 1.0 / 120.0;
  p = p * z + 1.0 / 12.0;
  return result + NativeMath.log(x) - 0.5 / x - p * z;
}

/** Hurwitz's zeta function: the sum of (q + k)^-s over k = 0, 1, ... (Euler-Maclaurin from k = 12 on). */
export function zeta(s: f64, q: f64): f64 {
  if (s == 1) return Infinity;
  if (!(s > 1) || q != q) return NaN;
  if (q <= 0) {
    if (floor(q) == q) return Infinity;
    if (floor(s) != s) return NaN;
  }
  let sum: f64 = 0;
  for (let k = 0; k < 12 || q < 12; ++k, q += 1) sum += NativeMath.pow(q, -s);
  const last = NativeMath.pow(q, -s);
  sum += last * q / (s - 1) + 0.5 * last;
  // B_2j / (2j)! s (s + 1) ... (s + 2j - 2) q^(-s - 2j + 1)
  const z = 1 / (q * q);
  let term = last * s / q;
  sum += term / 12.0;
  term *= (s + 1) * (s + 2) * z;
  sum -= term / 720.0;
  term *= (s + 3) * (s + 4) * z;
  sum += term / 30240.0;
  term *= (s + 5) * (s + 6) * z;
  sum -= term / 1209600.0;
  term *= (s + 7) * (s + 8) * z;
  sum += term / 47900160.0;
  term *= (s + 9) * (s + 10) * z;
  return sum - term * 691.0 / 1307674368000.0;
}

/** sin(pi x) / (pi x), 1 at 0. */
export function sinc(x: f64): f64 {
  if (x == 0) return 1;
  const a = 3.14159265358979323846 * x;
  return NativeMath.sin(a) / a;
}
