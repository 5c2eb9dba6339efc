// Letting the rest of a program have its turn during a long computation.

/** Milliseconds of computing after which others get their turn: a page stays smooth, and little time is lost. */
const SLICE = 12;

let last = 0;

/**
 * Resolves at once while little time has passed, else after timers, input and drawing had their turn.
 *
 * @example
 * for (const batch of loader) {
 *   trainStep(batch);
 *   await torch.utils.data.breathe();
 * }
 */
export async function breathe(): Promise<void> {
  if (performance.now() - last < SLICE) return;
  await new Promise<void>((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
    } else {
      // Timers of a page wait at least 4 ms when they are nested; messages do not.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });
  last = performance.now();
}
