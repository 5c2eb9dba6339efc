// The kill test at length: processes of a shared study are killed at random moments, and what became of the study is looked at.
//
//   node bench/search/kills.mjs [--rounds 4] [--kills 50] [--trials 110] [--processes 3] [--seed 1] [--milliseconds 20]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findFaults, killStudy, runAlone } from "../../packages/search/test/node/support/kill-study.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "4" },
    kills: { type: "string", default: "50" },
    trials: { type: "string", default: "110" },
    processes: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    milliseconds: { type: "string", default: "20" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "torchlet-kills-"));
let total = 0;
for (let round = 0; round < Number(values.rounds); round++) {
  const settings = { seed: Number(values.seed) + round, window: 4, totalTrials: Number(values.trials) };
  const expected = await runAlone(settings);
  const study = await killStudy({
    ...settings,
    path: join(folder, `${round}.jsonl`),
    notes: join(folder, `${round}.notes`),
    processes: Number(values.processes),
    kills: Number(values.kills),
    milliseconds: Number(values.milliseconds),
  });
  const { faults, lost } = findFaults(study, expected);
  total += faults.length;
  console.log(
    `seed ${settings.seed}: ${study.killed.length} kills, ${lost} of them in a trial, ${study.trials.length} trials; ${faults.length === 0 ? "no fault" : faults.join("; ")}`,
  );
}
rmSync(folder, { recursive: true });
process.exitCode = total === 0 ? 0 : 1;
