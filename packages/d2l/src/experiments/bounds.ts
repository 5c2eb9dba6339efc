// Bounds that a claim states in words and its check tests: written once, so that both say the same.

/** What a number is held against. */
export interface Bound {
  /** As a claim states it: `"0.3845 ± 0.02"`. */
  readonly text: string;
  /** Whether a number is inside; NaN never is. */
  readonly holds: (value: number) => boolean;
}

/** At most four digits behind the point; `1e-5` and `1e6` where JavaScript writes 0.00001 and 1000000. */
export function written(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5)) return value.toExponential().replace("e+", "e");
  return String(Number(value.toFixed(4)));
}

/** As near as that. */
export function around(centre: number, tolerance: number): Bound {
  return {
    text: `${written(centre)} ± ${written(tolerance)}`,
    holds: (value) => Math.abs(value - centre) <= tolerance,
  };
}

/** Less than a limit. */
export function below(limit: number): Bound {
  return { text: `< ${written(limit)}`, holds: (value) => value < limit };
}

/** More than a limit. */
export function above(limit: number): Bound {
  return { text: `> ${written(limit)}`, holds: (value) => value > limit };
}

/** A limit or more. */
export function atLeast(limit: number): Bound {
  return { text: `>= ${written(limit)}`, holds: (value) => value >= limit };
}

/** From one number to another one. */
export function between(low: number, high: number): Bound {
  return { text: `${written(low)}–${written(high)}`, holds: (value) => value >= low && value <= high };
}
