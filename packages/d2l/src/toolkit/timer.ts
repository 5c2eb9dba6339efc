// A stopwatch that keeps its laps.

/** Measures several stretches of time, in seconds; it starts at once. */
export class Timer {
  /** The stretches measured so far, in seconds. */
  readonly times: number[] = [];
  private begun = 0;

  constructor() {
    this.start();
  }

  start(): void {
    this.begun = performance.now();
  }

  /** Ends a stretch and returns its length. */
  stop(): number {
    const seconds = (performance.now() - this.begun) / 1000;
    this.times.push(seconds);
    return seconds;
  }

  /** The mean stretch; 0 before the first. */
  avg(): number {
    return this.times.length === 0 ? 0 : this.sum() / this.times.length;
  }

  /** All stretches together. */
  sum(): number {
    return this.times.reduce((total, t) => total + t, 0);
  }

  /** The sums after each stretch. */
  cumsum(): number[] {
    let total = 0;
    return this.times.map((t) => (total += t));
  }
}
