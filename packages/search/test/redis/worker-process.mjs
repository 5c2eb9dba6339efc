// A worker in a process of its own, as the command starts it: worker-process.mjs OPTIONS (JSON of startWorker). Says what it does on stdout.
import { startWorker } from "../../dist/redis.js";

const worker = await startWorker({
  ...JSON.parse(process.argv[2]),
  onMessage: ({ kind, text }) => console.log(`${kind} ${text.en}`),
});
let signals = 0;
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    if (++signals > 1) process.exit(1);
    void worker.stop();
  });
}
console.log("listening");
await worker.stopped;
console.log("stopped");
