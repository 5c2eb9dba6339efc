// Optimizer steps over all parameters in one instruction.
import { F32 } from "./dtype";
import { madd } from "./simd";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function number(pc: usize, index: i32): f64 {
  return f64.load(pc + (<usize>index << 2));
}

/**
 * Stochastic gradient descent: g += decay * p; with momentum b = momentum * b + (1 - dampening) * g (b = g at first) and
 * g = nesterov ? g + momentum * b : b; p -= lr * g.
 * Words: 2 parameters, 3 dtype, 4 nesterov?, 5 maximize?, 6 lr, 8 momentum, 10 dampening, 12 decay (doubles),
 *   14.. each: parameter, gradient, momentum buffer (0: none), count, buffer is new?, 0.
 */
export function sgd(pc: usize): void {
  const count = word(pc, 2), dtype = word(pc, 3), nesterov = word(pc, 4) != 0;
  const sign: f64 = word(pc, 5) != 0 ? -1 : 1;
  const lr = number(pc, 6), momentum = number(pc, 8), keep = 1 - number(pc, 10), decay = number(pc, 12);
  for (let q = 0; q < count; ++q) {
    const at = 14 + q * 6;
    let p = <usize>word(pc, at), g = <usize>word(pc, at + 1), b = <usize>word(pc, at + 2);
    let n = word(pc, at + 3);
    const fresh = word(pc, at + 4) != 0;
    if (dtype == F32) {
      const rate = f32x4.splat(<f32>-lr), wd = f32x4.splat(<f32>decay), sg = f32x4.splat(<f32>sign);
      const mu = f32x4.splat(<f32>momentum), kp = f32x4.splat(<f32>keep);
      // The last vector is loaded whole (memory ends in a guard) and stored lane by lane.
      for (; n > 0; n -= 4, p += 16, g += 16) {
        const w = v128.load(p);
        let d = f32x4.mul(v128.load(g), sg);
        if (decay != 0) d = madd(w, wd, d);
        if (b) {
          const v = fresh ? d : madd(v128.load(b), mu, f32x4.mul(d, kp));
          if (n >= 4) v128.store(b, v);
          else storeSome(b, v, n);
          d = nesterov ? madd(v, mu, d) : v;
          b += 16;
        }
        const next = madd(d, rate, w);
        if (n >= 4) v128.store(p, next);
        else storeSome(p, next, n);
      }
    } else {
      for (; n > 0; --n, p += 8, g += 8) {
        const w = f64.load(p);
        let d = f64.load(g) * sign + decay * w;
        if (b) {
          const v = fresh ? d : f64.load(b) * momentum + keep * d;
          f64.store(b, v);
          d = nesterov ? d + momentum * v : v;
          b += 8;
        }
        f64.store(p, w - lr * d);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function storeSome(to: usize, v: v128, n: i32): void {
  f32.store(to, f32x4.extract_lane(v, 0));
  if (n > 1) f32.store(to + 4, f32x4.extract_lane(v, 1));
  if (n > 2) f32.store(to + 8, f32x4.extract_lane(v, 2));
}
