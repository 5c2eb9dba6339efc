// Second names of functions, as PyTorch has them.
import { div, mul, sub } from "./arithmetic.js";
import { clamp, ge, gt, le, lt, ne } from "./comparison.js";
import { abs, acos, acosh, asin, asinh, atan, atanh, neg, sign, trunc } from "./unary.js";

/** `abs` */
export const absolute: typeof abs = abs;
/** `neg` */
export const negative: typeof neg = neg;
/** `acos` */
export const arccos: typeof acos = acos;
/** `acosh` */
export const arccosh: typeof acosh = acosh;
/** `asin` */
export const arcsin: typeof asin = asin;
/** `asinh` */
export const arcsinh: typeof asinh = asinh;
/** `atan` */
export const arctan: typeof atan = atan;
/** `atanh` */
export const arctanh: typeof atanh = atanh;
/** `trunc` */
export const fix: typeof trunc = trunc;
/** `sign` */
export const sgn: typeof sign = sign;
/** `clamp` */
export const clip: typeof clamp = clamp;
/** `div` */
export const divide: typeof div = div;
/** `mul` */
export const multiply: typeof mul = mul;
/** `sub` */
export const subtract: typeof sub = sub;
/** `gt` */
export const greater: typeof gt = gt;
/** `ge` */
export const greaterEqual: typeof ge = ge;
/** `lt` */
export const less: typeof lt = lt;
/** `le` */
export const lessEqual: typeof le = le;
/** `ne` */
export const notEqual: typeof ne = ne;
