// In the page: how long one operation takes. A page's clock ticks in 5 or 100 microseconds, so operations are repeated.

const WARM = 800;
const SAMPLE = 25;

/** Milliseconds a run, several times. */
export function timings(body, samples = 7) {
  let runs = 0;
  const start = performance.now();
  do {
    body();
    runs++;
  } while (performance.now() - start < WARM);
  const each = (performance.now() - start) / runs;
  const count = Math.max(1, Math.ceil(SAMPLE / each));
  const out = [];
  for (let s = 0; s < samples; s++) {
    const begun = performance.now();
    for (let i = 0; i < count; i++) body();
    out.push((performance.now() - begun) / count);
  }
  return out;
}

/** Milliseconds of a few long runs, after one that is not counted. */
export async function longTimings(body, samples = 2) {
  await body();
  const out = [];
  for (let s = 0; s < samples; s++) {
    const begun = performance.now();
    await body();
    out.push(performance.now() - begun);
  }
  return out;
}
