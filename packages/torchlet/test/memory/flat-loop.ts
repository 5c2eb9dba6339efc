// 200,000 eager regression steps in one synchronous loop; prints how resident memory grew after the first 10,000.
import * as torch from "../../src/index.js";

const FEATURES = 20;
const BATCH = 10;
torch.manualSeed(0);
const weight = torch.randn(FEATURES, 1);
const net = new torch.nn.Sequential(new torch.nn.Linear(FEATURES, 1));
const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
const loss = new torch.nn.MSELoss();
const kept: torch.Tensor[] = [];
let last = 0;
let after10000 = 0;
let highest = 0;
for (let step = 1; step <= 200_000; step++) {
  const x = torch.randn(BATCH, FEATURES);
  const y = x.matmul(weight).add(1);
  const l = loss(net(x), y);
  optimizer.zeroGrad();
  l.backward();
  optimizer.step();
  if (step % 50_000 === 0) kept.push(l);
  if (step % 5000 === 0) {
    const resident = process.memoryUsage.rss();
    if (step <= 10_000) after10000 = resident;
    else highest = Math.max(highest, resident);
    last = l.item();
  }
}
const finite = kept.every((l) => Number.isFinite(l.item()));
console.log(JSON.stringify({ growth: highest - after10000, last, finite, memory: torch.memory() }));
