// Minimum, median, and times turned into the units of the tables.

/** The middle of the values (the mean of the two middle ones where their number is even). */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Milliseconds of one operation in a case's unit. */
export function inUnit(test, milliseconds) {
  switch (test.unit) {
    case "us":
      return milliseconds * 1000;
    case "ms":
      return milliseconds;
    case "s":
      return milliseconds / 1000;
    case "GFLOP/s":
      return test.flops / milliseconds / 1e6;
    default:
      throw new Error(`${test.name} is not measured in time, but in ${test.unit}`);
  }
}

/** Best and median of measured times, in the case's unit. The shortest time is the best in every unit. */
export const summarize = (test, times) => ({
  best: inUnit(test, Math.min(...times)),
  median: inUnit(test, median(times)),
});

/** Three significant digits, without an exponent. */
export function digits(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "-";
  if (value === 0) return "0";
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3))))));
  return value.toFixed(Math.min(places, 4));
}
