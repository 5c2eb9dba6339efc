// Reductions of contiguous runs: sums, products, extremes and the places of extremes, generic over float32, float64, int32.

/** Elements whose sum is one run of vector lanes; longer runs are joined pair by pair. */
const RUN: i32 = 512;

/** The sum of the lanes, in a fixed order. */
// @ts-ignore: decorator
@inline
function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 8) return v128.extract_lane<T>(v, 0) + v128.extract_lane<T>(v, 1);
  const pairs = v128.add<T>(v, v128.shuffle<T>(v, v, 2, 3, 0, 1));
  return v128.extract_lane<T>(pairs, 0) + v128.extract_lane<T>(pairs, 1);
}

function sumRun<T>(a: usize, n: i32): T {
  const zero = v128.splat<T>(<T>0), lanes = <i32>(16 / sizeof<T>());
  let p = zero, q = zero, r = zero, s = zero, t = zero, u = zero, v = zero, w = zero;
  for (; n >= 8 * lanes; n -= 8 * lanes, a += 128) {
    p = v128.add<T>(p, v128.load(a));
    q = v128.add<T>(q, v128.load(a, 16));
    r = v128.add<T>(r, v128.load(a, 32));
    s = v128.add<T>(s, v128.load(a, 48));
    t = v128.add<T>(t, v128.load(a, 64));
    u = v128.add<T>(u, v128.load(a, 80));
    v = v128.add<T>(v, v128.load(a, 96));
    w = v128.add<T>(w, v128.load(a, 112));
  }
  for (; n >= lanes; n -= lanes, a += 16) p = v128.add<T>(p, v128.load(a));
  p = v128.add<T>(v128.add<T>(p, q), v128.add<T>(r, s));
  t = v128.add<T>(v128.add<T>(t, u), v128.add<T>(v, w));
  let sum = sumLanes<T>(v128.add<T>(p, t));
  for (; n > 0; --n, a += sizeof<T>()) sum += load<T>(a);
  return sum;
}

/** The sum of less than 32 contiguous numbers: vector lanes, then what is left. */
// @ts-ignore: decorator
@inline
export function sumShort<T>(a: usize, n: i32): T {
  const lanes = <i32>(16 / sizeof<T>());
  let p = v128.splat<T>(<T>0);
  for (; n >= lanes; n -= lanes, a += 16) p = v128.add<T>(p, v128.load(a));
  let sum = sumLanes<T>(p);
  for (; n > 0; --n, a += sizeof<T>()) sum += load<T>(a);
  return sum;
}

/** The sum of n contiguous numbers, pairwise over runs. */
export function sumRow<T>(a: usize, n: i32): T {
  if (n < 32) return sumShort<T>(a, n);
  if (n <= RUN) return sumRun<T>(a, n);
  const half = ((n >> 1) + RUN - 1) & ~(RUN - 1);
  return sumRow<T>(a, half) + sumRow<T>(a + <usize>half * sizeof<T>(), n - half);
}

/** The product of n contiguous numbers; floats are multiplied in double precision. */
export function prodRow<T>(a: usize, n: i32): f64 {
  if (isInteger<T>()) {
    let p: i32 = 1;
    for (; n > 0; --n, a += 4) p *= i32.load(a);
    return <f64>p;
  }
  let p = f64x2.splat(1), q = p, r = p, s = p;
  if (sizeof<T>() == 4) {
    for (; n >= 8; n -= 8, a += 32) {
      const x = v128.load(a), y = v128.load(a, 16);
      p = f64x2.mul(p, f64x2.promote_low_f32x4(x));
      q = f64x2.mul(q, f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)));
      r = f64x2.mul(r, f64x2.promote_low_f32x4(y));
      s = f64x2.mul(s, f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1)));
    }
  } else {
    for (; n >= 8; n -= 8, a += 64) {
      p = f64x2.mul(p, v128.load(a));
      q = f64x2.mul(q, v128.load(a, 16));
      r = f64x2.mul(r, v128.load(a, 32));
      s = f64x2.mul(s, v128.load(a, 48));
    }
  }
  p = f64x2.mul(f64x2.mul(p, q), f64x2.mul(r, s));
  let product = f64x2.extract_lane(p, 0) * f64x2.extract_lane(p, 1);
  for (; n > 0; --n, a += sizeof<T>()) product *= <f64>load<T>(a);
  return product;
}

/** The larger or the smaller of two vectors; where one is NaN, x. */
// @ts-ignore: decorator
@inline
export function nearer<T>(largest: bool, x: v128, y: v128): v128 {
  if (isFloat<T>()) return largest ? v128.pmax<T>(x, y) : v128.pmin<T>(x, y);
  return largest ? v128.max<T>(x, y) : v128.min<T>(x, y);
}

/** Where a vector is NaN. */
// @ts-ignore: decorator
@inline
export function strange<T>(x: v128): v128 {
  return isFloat<T>() ? v128.ne<T>(x, x) : i32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function further<T>(largest: bool, x: T, y: T): T {
  if (isFloat<T>()) {
    if (x != x) return x;
    if (y != y) return y;
  }
  return largest ? (y > x ? y : x) : y < x ? y : x;
}

// @ts-ignore: decorator
@inline
function extremeLoop<T>(largest: bool, a: usize, n: i32): T {
  const lanes = <i32>(16 / sizeof<T>());
  if (n < lanes) {
    let best = load<T>(a);
    for (let i = 1; i < n; ++i) best = further<T>(largest, best, load<T>(a + <usize>i * sizeof<T>()));
    return best;
  }
  // The last vector ends where the run does; it may overlap the one before.
  const last = v128.load(a + <usize>(n - lanes) * sizeof<T>());
  let p = last, q = last, r = last, s = last, nan = strange<T>(last);
  for (; n >= 4 * lanes; n -= 4 * lanes, a += 64) {
    const x = v128.load(a), y = v128.load(a, 16), z = v128.load(a, 32), w = v128.load(a, 48);
    p = nearer<T>(largest, p, x);
    q = nearer<T>(largest, q, y);
    r = nearer<T>(largest, r, z);
    s = nearer<T>(largest, s, w);
    nan = v128.or(v128.or(nan, v128.or(strange<T>(x), strange<T>(y))), v128.or(strange<T>(z), strange<T>(w)));
  }
  for (; n >= lanes; n -= lanes, a += 16) {
    const x = v128.load(a);
    p = nearer<T>(largest, p, x);
    nan = v128.or(nan, strange<T>(x));
  }
  if (isFloat<T>() && v128.any_true(nan)) return <T>NaN;
  p = nearer<T>(largest, nearer<T>(largest, p, q), nearer<T>(largest, r, s));
  let best = further<T>(largest, v128.extract_lane<T>(p, 0), v128.extract_lane<T>(p, 1));
  if (sizeof<T>() == 4) {
    best = further<T>(largest, best, further<T>(largest, v128.extract_lane<T>(p, 2), v128.extract_lane<T>(p, 3)));
  }
  return best;
}

/** The largest or the smallest of n >= 1 contiguous numbers; a NaN wins. */
export function extremeRow<T>(largest: bool, a: usize, n: i32): T {
  return largest ? extremeLoop<T>(true, a, n) : extremeLoop<T>(false, a, n);
}

/** The first place of a value among n contiguous numbers that hold it; NaN is found too. */
export function placeOf<T>(a: usize, n: i32, value: T): i32 {
  const lanes = <i32>(16 / sizeof<T>()), wanted = v128.splat<T>(value), isNaN = isFloat<T>() && value != value;
  let i = 0;
  for (; i + lanes <= n; i += lanes, a += 16) {
    const x = v128.load(a);
    if (v128.any_true(isNaN ? strange<T>(x) : v128.eq<T>(x, wanted))) break;
  }
  for (; i < n - 1; ++i, a += sizeof<T>()) {
    const x = load<T>(a);
    if (x == value || (isFloat<T>() && isNaN && x != x)) break;
  }
  return i;
}
