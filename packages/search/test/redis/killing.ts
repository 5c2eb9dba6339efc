// A study during which worker processes and Redis are killed at random moments.
import { randomOf } from "../../src/core/random.js";
import type { Study } from "../../src/index.js";
import type { Farm } from "./farm.js";
import type { TestServer } from "./server.js";

export interface KillOptions {
  readonly server: TestServer;
  readonly farm: Farm;
  /** How many workers are killed in all. */
  readonly kills: number;
  /** How often Redis is killed and started again, among these. */
  readonly redisKills: number;
  readonly seed: number;
  readonly optimize: () => Promise<Study>;
}

/** Three workers; of these, one to three are killed at a time and replaced. The study ends when all kills are done. */
export async function killDuring(options: KillOptions): Promise<Study> {
  const { server, farm, kills, redisKills, seed, optimize } = options;
  const random = randomOf(seed);
  const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const alive = await Promise.all([farm.start(), farm.start(), farm.start()]);
  const study = optimize();
  let killed = 0;
  let restarts = 0;
  while (killed < kills) {
    await sleep(50 + 500 * random.uniform());
    const number = Math.min(1 + random.integer(3), kills - killed);
    const first = random.integer(3);
    const places = Array.from({ length: number }, (_, i) => (first + i) % 3);
    for (const place of places) alive[place]!.signal("SIGKILL");
    killed += number;
    if ((killed / kills) * (redisKills + 1) >= restarts + 1 && restarts < redisKills) {
      restarts++;
      await server.kill();
      await sleep(100 + 300 * random.uniform());
      await server.start();
    }
    await Promise.all(
      places.map(async (place) => {
        alive[place] = await farm.start();
      }),
    );
  }
  farm.open();
  return study;
}
