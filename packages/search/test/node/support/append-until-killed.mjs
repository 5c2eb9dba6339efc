// A process that appends batches of very different sizes to a journal until it is killed, and notes beside it which were acknowledged.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { JournalFile } from "@torchlet/search/node";

const [path, notes, name] = process.argv.slice(2);
const log = JournalFile.open(path);
// Ends by itself where whoever should kill it is gone.
for (let batch = 0; batch < 10_000; batch++) {
  const length = batch % 7 === 6 ? 400 : 1 + (batch % 5) * 20;
  await log.append(Array.from({ length }, (_, i) => ({ type: "reported", claim: name, step: batch, value: i })));
  appendFileSync(notes, `${batch}\n`);
  await sleep(3);
}
