// Optimizer steps over all parameters in one instruction: the walk, and the rules that need no decaying moments.
//
// Words: 2 rule, 3 parameters, 4 maximize?, 5 0, 6.. six settings (doubles), then from 18 on 16 words a parameter:
//   0 parameter, 1 gradient, 2 3 4 state tensors (0: none), 5 count, 6 dtype, 7 0, 8.. four numbers of its own (doubles)
// A rule is one generic loop over vectors of T. The last vector is loaded whole (memory ends in a guard) and stored lane
// by lane. The order of roundings is that of PyTorch's single-tensor implementations. Threads share the elements of all
// parameters; no result depends on the cuts.
import { F32 } from "./dtype";
import { adam, adamax, nadam, radam } from "./optim-adam";
import { addcdiv, at, decays, gradient, madds, negates, one, own, put, setting, word } from "./optim-row";
import { shareEnd, shareStart } from "./parallel";

const FIRST_ROW: i32 = 18 * 4;
const ROW_BYTES: i32 = 16 * 4;

/** The rules by number; src/engine/opcodes.ts has the same ones. */
namespace Rule {
  export const SGD: i32 = 0;
  export const ADAM: i32 = 1;
  export const ADAGRAD: i32 = 2;
  export const RMSPROP: i32 = 3;
  export const ADADELTA: i32 = 4;
  export const ADAMAX: i32 = 5;
  export const NADAM: i32 = 6;
  export const RADAM: i32 = 7;
  export const RPROP: i32 = 8;
  export const ASGD: i32 = 9;
}

/** Shares of threads are cut at multiples of this many elements of a parameter, so that vectors stay whole. */
const GRAIN: i32 = 16;

export function optimize(pc: usize): void {
  const rule = word(pc, 2), count = word(pc, 3), first = pc + FIRST_ROW;
  let total = 0;
  for (let q = 0; q < count; ++q) total += word(first + <usize>q * ROW_BYTES, 5);
  // Where our share begins and ends, counted from the parameter at hand.
  let start = shareStart(total, GRAIN), end = shareEnd(total, GRAIN);
  for (let q = 0; q < count && end > 0; ++q) {
    const row = first + <usize>q * ROW_BYTES, n = word(row, 5);
    const from = cut(start, n), to = cut(end, n);
    if (from < to) {
      if (word(row, 6) == F32) run<f32>(rule, pc, row, from, to);
      else run<f64>(rule, pc, row, from, to);
    }
    start -= n;
    end -= n;
  }
}

/** The element of a parameter at which a share that ends at `position` is cut. */
function cut(position: i32, n: i32): i32 {
  return position <= 0 ? 0 : min(n, (position + GRAIN - 1) / GRAIN * GRAIN);
}

function run<T>(rule: i32, pc: usize, row: usize, first: i32, last: i32): void {
  const from = <usize>first * sizeof<T>(), to = <usize>last * sizeof<T>();
  switch (rule) {
    case Rule.SGD: sgd<T>(pc, row, from, to); return;
    case Rule.ADAM: adam<T>(pc, row, from, to); return;
    case Rule.ADAGRAD: adagrad<T>(pc, row, from, to); return;
    case Rule.RMSPROP: rmsprop<T>(pc, row, from, to); return;
    case Rule.ADADELTA: adadelta<T>(pc, row, from, to); return;
    case Rule.ADAMAX: adamax<T>(pc, row, from, to); return;
    case Rule.NADAM: nadam<T>(pc, row, from, to); return;
    case Rule.RADAM: radam<T>(pc, row, from, to); return;
    case Rule.RPROP: rprop<T>(pc, row, from, to); return;
    case Rule.ASGD: asgd<T>(pc, row, from, to); return;
    default: unreachable();
  }
}

/**
 * b = momentum * b + keep * g; g = nesterov ? g + momentum * b : b (both where there is a b); p -= lr * g.
 * Settings: weight decay, momentum, nesterov?. Own: -lr, keep (1 for a buffer of zeros that is new). States: b.
 */
function sgd<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), b = at(row, 2);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const momentum = setting<T>(pc, 1), rate = own<T>(row, 0), keep = own<T>(row, 1);
  const nesterov = f64.load(pc + 40) != 0;
  for (let i = from; i < to; i += 16) {
    let g = gradient<T>(gradients, p, i, negated, decayed, decay);
    if (b) {
      const v = madds<T>(g, keep, v128.mul<T>(v128.load(b + i), momentum));
      put<T>(b, i, to, v);
      g = nesterov ? madds<T>(v, momentum, g) : v;
    }
    put<T>(p, i, to, madds<T>(g, rate, v128.load(p + i)));
  }
}

/** s += g^2; p -= clr * g / (sqrt(s) + eps). Settings: weight decay, eps. Own: -clr. States: s. */
function adagrad<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), s = at(row, 2);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const eps = setting<T>(pc, 1), rate = own<T>(row, 0);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    const sum = madds<T>(g, g, v128.load(s + i));
    put<T>(s, i, to, sum);
    put<T>(p, i, to, addcdiv<T>(v128.load(p + i), rate, g, v128.add<T>(v128.sqrt<T>(sum), eps)));
  }
}

/**
 * v = alpha * v + (1 - alpha) * g^2; centred: a += (1 - alpha) * (g - a) and d = sqrt(v - a^2) + eps, else
 * d = sqrt(v) + eps; with a buffer b = momentum * b + g / d and p -= lr * b, else p -= lr * g / d.
 * Settings: weight decay, alpha, 1 - alpha, eps, momentum. Own: -lr. States: v, b, a.
 */
function rmsprop<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), v = at(row, 2), b = at(row, 3), a = at(row, 4);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const alpha = setting<T>(pc, 1), rest = setting<T>(pc, 2), eps = setting<T>(pc, 3), momentum = setting<T>(pc, 4);
  const rate = own<T>(row, 0);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    const square = madds<T>(v128.mul<T>(rest, g), g, v128.mul<T>(v128.load(v + i), alpha));
    put<T>(v, i, to, square);
    let spread = square;
    if (a) {
      const before = v128.load(a + i);
      const mean = madds<T>(rest, v128.sub<T>(g, before), before);
      put<T>(a, i, to, mean);
      spread = madds<T>(v128.neg<T>(mean), mean, square);
    }
    const d = v128.add<T>(v128.sqrt<T>(spread), eps);
    if (b) {
      const buffer = v128.add<T>(v128.mul<T>(v128.load(b + i), momentum), v128.div<T>(g, d));
      put<T>(b, i, to, buffer);
      put<T>(p, i, to, madds<T>(buffer, rate, v128.load(p + i)));
    } else {
      put<T>(p, i, to, addcdiv<T>(v128.load(p + i), rate, g, d));
    }
  }
}

/**
 * v = rho * v + (1 - rho) * g^2; x = sqrt(u + eps) / sqrt(v + eps) * g; u = rho * u + (1 - rho) * x^2; p -= lr * x.
 * Settings: weight decay, rho, 1 - rho, eps. Own: -lr. States: v, u.
 */
function adadelta<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), v = at(row, 2), u = at(row, 3);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const rho = setting<T>(pc, 1), rest = setting<T>(pc, 2), eps = setting<T>(pc, 3), rate = own<T>(row, 0);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    const square = madds<T>(v128.mul<T>(rest, g), g, v128.mul<T>(v128.load(v + i), rho));
    put<T>(v, i, to, square);
    const before = v128.load(u + i);
    const ratio = v128.div<T>(v128.sqrt<T>(v128.add<T>(before, eps)), v128.sqrt<T>(v128.add<T>(square, eps)));
    const x = v128.mul<T>(ratio, g);
    put<T>(u, i, to, madds<T>(v128.mul<T>(rest, x), x, v128.mul<T>(before, rho)));
    put<T>(p, i, to, madds<T>(x, rate, v128.load(p + i)));
  }
}

/**
 * Where g agrees in sign with the last one the step s grows by etaplus, where it disagrees s shrinks by etaminus and g
 * counts as 0; s stays within its bounds; p -= sign(g) * s.
 * Settings: -, etaminus, etaplus, the bounds of s. States: the last g, s.
 */
function rprop<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), last = at(row, 2), s = at(row, 3);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const minus = setting<T>(pc, 1), plus = setting<T>(pc, 2), low = setting<T>(pc, 3), high = setting<T>(pc, 4);
  const zero = v128.splat<T>(<T>0), unit = v128.splat<T>(<T>1);
  for (let i = from; i < to; i += 16) {
    let g = gradient<T>(gradients, p, i, negated, decayed, decay);
    const agreement = v128.mul<T>(g, v128.load(last + i));
    const opposed = v128.lt<T>(agreement, zero);
    const factor = v128.bitselect(plus, v128.bitselect(minus, unit, opposed), v128.gt<T>(agreement, zero));
    const step = v128.min<T>(v128.max<T>(v128.mul<T>(v128.load(s + i), factor), low), high);
    put<T>(s, i, to, step);
    g = v128.andnot(g, opposed);
    put<T>(last, i, to, g);
    const sign = v128.sub<T>(one<T>(v128.gt<T>(g, zero)), one<T>(v128.lt<T>(g, zero)));
    put<T>(p, i, to, v128.sub<T>(v128.load(p + i), v128.mul<T>(sign, step)));
  }
}

/** p = p * (1 - lambd * eta) - eta * g; a += mu * (p - a). Settings: weight decay. Own: 1 - lambd * eta, -eta, mu. States: a. */
function asgd<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), a = at(row, 2);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const factor = own<T>(row, 0), rate = own<T>(row, 1), mu = own<T>(row, 2);
  const copies = f64.load(row + 48) == 1;
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    const next = madds<T>(g, rate, v128.mul<T>(v128.load(p + i), factor));
    put<T>(p, i, to, next);
    const mean = v128.load(a + i);
    put<T>(a, i, to, copies ? next : v128.add<T>(mean, v128.mul<T>(v128.sub<T>(next, mean), mu)));
  }
}
