// A process that appends batches of very different sizes to a journal until it is killed, and notes beside it which were acknowledged.
import { appendFileSync } from "node:fs";
import { JournalFile } from "@torchlet/search/node";

const [path, notes, name] = process.argv.slice(2);
const log = JournalFile.open(path);
for (let batch = 0; ; batch++) {
  const length = batch % 7 === 6 ? 3000 : 1 + (batch % 5) * 20;
  await log.append(Array.from({ length }, (_, i) => ({ type: "reported", claim: name, step: batch, value: i })));
  appendFileSync(notes, `${batch}\n`);
}
