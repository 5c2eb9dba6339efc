// Runs in a process of its own, with the threads and the BLAS of its environment: programs and their compiled twins.
import { createHash } from "node:crypto";
import * as torch from "../../src/index.js";
import { classification, OPTIMIZERS, training } from "./training.js";
import { firstOdd, type Program, runCompiled, runPlain } from "./twin.js";

/** Programs by name; large enough that threads share them, or small enough that they do not. */
const PROGRAMS: Record<string, Program> = {
  "a large classification": classification(300, 256, 12),
  "a small classification": classification(12, 8, 12),
  ...Object.fromEntries(OPTIMIZERS.map(([name, make]) => [name, training(make, 64, 160)])),
  "a large batch": training((p) => new torch.optim.SGD(p, { lr: 0.01, momentum: 0.9 }), 512, 400),
};

// The pool takes a while to be ready.
const a = torch.ones(400, 400);
for (let i = 0; i < 100; i++) {
  a.matmul(a);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const report = Object.entries(PROGRAMS).map(([name, program]) => {
  const want = runPlain(program);
  const [got, { replayed }] = runCompiled(program);
  const hash = createHash("sha256");
  for (const values of got) hash.update(String(Array.from(values)));
  return { name, odd: firstOdd(got, want), replayed, hash: hash.digest("hex") };
});
console.log(JSON.stringify({ threads: torch.getNumThreads(), blas: torch.engineInfo().blas.state, report }));
