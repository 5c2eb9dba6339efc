// The data types that kernels know, by the numbers that instructions carry (src/tensor/dtype.ts has the same ones).
export const F32: i32 = 0;
export const F64: i32 = 1;
export const I32: i32 = 2;
export const U8: i32 = 3;
export const BOOL: i32 = 4;

/** Bytes an element, as a shift. */
// @ts-ignore: decorator
@inline
export function sizeShift(dtype: i32): usize {
  return dtype == F64 ? 3 : dtype >= U8 ? 0 : 2;
}
