// The functions of `map`, by the numbers that instructions carry (src/engine/opcodes.ts has the same ones).
export namespace Fn {
  // Made of vector instructions for every type.
  export const COPY: i32 = 0;
  export const NEG: i32 = 1;
  export const ABS: i32 = 2;
  export const SQUARE: i32 = 3;
  export const SQRT: i32 = 4;
  export const RECIPROCAL: i32 = 5;
  export const RELU: i32 = 6;
  export const FLOOR: i32 = 7;
  export const CEIL: i32 = 8;
  export const ROUND: i32 = 9;
  export const TRUNC: i32 = 10;
  export const SIGN: i32 = 11;
  export const NOT: i32 = 12;
  export const EXP: i32 = 13;
  export const LOG: i32 = 14;
  export const TANH: i32 = 15;
  export const SIGMOID: i32 = 16;
  export const EXPM1: i32 = 17;
  export const ISNAN: i32 = 18;
  export const RSQRT: i32 = 19;
  export const SIGNBIT: i32 = 20;
  export const NORMAL_CDF: i32 = 21;
  /** Rounded to 16 bits and back: IEEE 754 binary16, bfloat16. */
  export const HALF: i32 = 22;
  export const BFLOAT: i32 = 23;
  // Two operands.
  export const ADD: i32 = 32;
  export const SUB: i32 = 33;
  export const MUL: i32 = 34;
  export const DIV: i32 = 35;
  export const MAX: i32 = 36;
  export const MIN: i32 = 37;
  export const EQ: i32 = 38;
  export const NE: i32 = 39;
  export const LT: i32 = 40;
  export const LE: i32 = 41;
  export const GT: i32 = 42;
  export const GE: i32 = 43;
  export const AND: i32 = 44;
  export const OR: i32 = 45;
  export const XOR: i32 = 46;
  /** a where b > 0, else 0: the gradient of relu, b being its output. */
  export const RELU_GRAD: i32 = 47;
  export const COPYSIGN: i32 = 48;
  // Three operands.
  /** c ? a : b */
  export const WHERE: i32 = 64;
  /** a + b * c */
  export const FMA: i32 = 65;
  // One scalar call an element.
  export const LOG2: i32 = 96;
  export const LOG10: i32 = 97;
  export const LOG1P: i32 = 98;
  export const EXP2: i32 = 99;
  export const SIN: i32 = 100;
  export const COS: i32 = 101;
  export const TAN: i32 = 102;
  export const ASIN: i32 = 103;
  export const ACOS: i32 = 104;
  export const ATAN: i32 = 105;
  export const SINH: i32 = 106;
  export const COSH: i32 = 107;
  export const ASINH: i32 = 108;
  export const ACOSH: i32 = 109;
  export const ATANH: i32 = 110;
  export const ERF: i32 = 111;
  export const ERFC: i32 = 112;
  export const ERFINV: i32 = 113;
  export const LGAMMA: i32 = 114;
  export const DIGAMMA: i32 = 115;
  export const SINC: i32 = 116;
  export const POW: i32 = 128;
  export const FMOD: i32 = 129;
  export const REMAINDER: i32 = 130;
  export const FLOOR_DIVIDE: i32 = 131;
  export const ATAN2: i32 = 132;
  export const HYPOT: i32 = 133;
  /** Hurwitz zeta of a and b. */
  export const ZETA: i32 = 134;
}
