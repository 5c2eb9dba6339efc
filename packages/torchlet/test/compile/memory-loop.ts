// A million replays of a small step, then hundreds of compiled functions, in one synchronous loop; prints what memory did.
import * as torch from "../../src/index.js";

const { nn } = torch;
const net = new nn.Sequential(new nn.Linear(20, 1));
const loss = new nn.MSELoss();
const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.001 });
const step = torch.compile((x: torch.Tensor, y: torch.Tensor) => {
  optimizer.zeroGrad();
  const l = loss(net(x), y);
  l.backward();
  optimizer.step();
  return l;
});
const batches = Array.from({ length: 50 }, () => [torch.randn(10, 20), torch.randn(10, 1)] as const);
const kept: torch.Tensor[] = [];
const resident: number[] = [];
const engine: number[] = [];
for (let i = 1; i <= 1_000_000; i++) {
  const [x, y] = batches[i % 50]!;
  const l = step(x, y);
  if (i % 100_000 !== 0) continue;
  kept.push(l);
  resident.push(process.memoryUsage.rss());
  engine.push(torch.memory().engine);
}
const finite = kept.every((l) => Number.isFinite(l.item()));

/** A function of its own with 256 KiB of temporaries, a result that is kept and a gradient that is kept. */
function compileAnother(i: number): [torch.Tensor, torch.Tensor] {
  const w = torch.full([256, 128], 1 + i / 1000, { dtype: torch.float32, requiresGrad: true });
  const own = torch.compile((x: torch.Tensor) => {
    w.grad = null;
    const l = w.mul(x).tanh().square().sum();
    l.backward();
    return l;
  });
  const x = torch.ones(256, 128);
  own(x);
  return [own(x), w.grad!];
}
const results: [torch.Tensor, torch.Tensor][] = [];
const afterFunctions: number[] = [];
for (let i = 0; i < 500; i++) {
  const pair = compileAnother(i);
  if (i % 50 === 0) results.push(pair);
  if (i % 50 !== 49) continue;
  const { engine: all, tenured } = torch.memory();
  // What is long-lived moves out by a budget of its own.
  afterFunctions.push(all - tenured);
}
const right = results.every(([l, g], k) => {
  const w = torch.full([256, 128], 1 + (k * 50) / 1000, { dtype: torch.float32, requiresGrad: true });
  const want = w.mul(torch.ones(256, 128)).tanh().square().sum();
  want.backward();
  return want.item() === l.item() && torch.equal(w.grad!, g);
});
console.log(JSON.stringify({ resident, engine, finite, afterFunctions, right, calls: step.report() }));
