// The shortest of many timings, taken in turns, so that all candidates see the same minutes of a machine.

/**
 * Times bodies against each other.
 *
 * @param bodies each { flops, run(times) }
 * @returns GFLOP/s of the shortest timing of each
 */
export function fastest(bodies, { rounds = 12, milliseconds = 2 } = {}) {
  const times = bodies.map(({ flops }) => Math.max(1, Math.round((milliseconds * 4e7) / flops)));
  const shortest = bodies.map(() => Infinity);
  for (let round = -3; round < rounds; round++) {
    bodies.forEach(({ run }, i) => {
      const start = performance.now();
      run(times[i]);
      const elapsed = performance.now() - start;
      // The first rounds let the optimizing compiler finish.
      if (round >= 0) shortest[i] = Math.min(shortest[i], elapsed / times[i]);
    });
  }
  return bodies.map(({ flops }, i) => flops / shortest[i] / 1e6);
}
