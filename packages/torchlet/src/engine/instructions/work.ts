// About how long instructions take: what decides whether they are shared among threads.

/** Nanoseconds that one thread takes for a step of a program on an element. */
export const MAP_WORK = 0.4;
/** For an element of a sum. */
export const REDUCE_WORK = 0.15;
/** For a multiplication or an addition of a product. */
export const PRODUCT_WORK = 0.022;
