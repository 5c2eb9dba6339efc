// Kills the processes of a shared study at random moments, and looks what became of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createStudy, JournalFile, randomOf, readStudy } from "@torchlet/search/node";
import { objective, sampler } from "./shared-objective.mjs";

const program = fileURLToPath(new URL("./shared-worker.mjs", import.meta.url));

/** The trials as everyone must find them. */
export const resultsOf = (study) =>
  study.trials.map(({ number, state, params, values, intermediate }) => ({
    number,
    state,
    params,
    values,
    intermediate: [...intermediate],
  }));

/** The same search in one process that nobody kills. */
export async function runAlone({ totalTrials, seed, window }) {
  const study = await createStudy({ seed, window, sampler });
  await study.optimize(objective(null, 0), { totalTrials });
  return resultsOf(study);
}

/**
 * Runs `processes` at a time on one journal, kills one of them at random `kills` times, spread over the whole study, and starts another.
 *
 * @returns the events of the journal, the trials, the numbers of the processes that were killed, and what the objectives noted
 */
export async function killStudy({ path, notes, processes, kills, seed, window, totalTrials, milliseconds }) {
  const random = randomOf(seed, kills);
  const settings = JSON.stringify({ seed, window, totalTrials, milliseconds, maxAttempts: kills + 1, durable: false });
  const running = new Set();
  const killed = [];
  const failures = [];
  const start = () => {
    const child = spawn(process.execPath, [program, path, notes, settings], { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (data) => (text += data));
    child.once("exit", (code, signal) => {
      running.delete(child);
      if (signal !== "SIGKILL" && code !== 0) failures.push(`${code} ${signal} ${text}`);
    });
    running.add(child);
  };
  const log = JournalFile.open(path);
  const events = [];
  let ended = 0;
  /** The number of the process that runs each claim. */
  const active = new Map();
  const look = async () => {
    for (const event of await log.read()) {
      events.push(event);
      if (event.type === "claimed") active.set(event.claim, Number(event.worker.split("/")[4]));
      if (event.type === "finished" || event.type === "abandoned") active.delete(event.claim);
      if (event.type === "finished") ended++;
    }
  };
  try {
    for (let i = 0; i < processes; i++) start();
    for (let kill = 0; kill < kills; kill++) {
      // The study must not be over before all the kills: each waits for its share of the trials.
      while (ended < Math.floor((kill * (totalTrials - processes)) / kills) && failures.length === 0) {
        await log.wait(100);
        await look();
      }
      await sleep(random.uniform() * milliseconds * 2);
      await look();
      // Mostly one that is at work; a process spends most of these tests on its start.
      const busy = new Set(active.values());
      const working = [...running].filter(({ pid }) => busy.has(pid));
      const victims = working.length > 0 && random.uniform() < 0.7 ? working : [...running];
      const victim = victims[random.integer(victims.length)];
      if (victim === undefined || failures.length > 0) break;
      const gone = once(victim, "exit");
      killed.push(victim.pid);
      victim.kill("SIGKILL");
      await gone;
      start();
    }
    while (running.size > 0 && failures.length === 0) await sleep(10);
    await look();
  } finally {
    for (const child of running) child.kill("SIGKILL");
    await log.close();
  }
  const study = await readStudy(path);
  const trials = study.trials;
  const results = resultsOf(study);
  await study.close();
  return { events, trials, results, killed, failures, noted: readFileSync(notes, "utf8").trim().split("\n") };
}

/** What is wrong with a study that was killed: nothing may be lost, run twice, or given up while its process lived. */
export function findFaults({ events, trials, results, killed, failures, noted }, expected) {
  const faults = failures.map((text) => `a process failed: ${text}`);
  const { length } = expected;
  if (trials.length !== length) faults.push(`${trials.length} trials, not ${length}`);
  const finished = events.filter((event) => event.type === "finished");
  if (finished.length !== length) faults.push(`${finished.length} ends of ${length} trials`);
  if (new Set(finished.map(({ claim }) => claim)).size !== length) faults.push("a claim ended twice");
  const lost = events.filter((event) => event.type === "abandoned" && event.returned !== true);
  const gone = new Set(killed.map((pid) => `process ${pid} is gone`));
  for (const { reason } of lost) if (!gone.has(reason)) faults.push(`given up without need: ${reason}`);
  for (const { number, attempts } of trials) {
    const begun = noted.filter((line) => line.startsWith(`begin ${number} `)).length;
    if (begun > attempts) faults.push(`trial ${number} was begun ${begun} times in ${attempts} attempts`);
    if (begun === 0) faults.push(`trial ${number} was never begun`);
  }
  if (JSON.stringify(results) !== JSON.stringify(expected))
    faults.push("the trials are not those of the run that nobody killed");
  return { faults, lost: lost.length };
}
