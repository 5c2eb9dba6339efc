// Measures one case in torchlet: `node torchlet.mjs CASE [DATA]`; prints { value, peakMemoryMB }.
const begun = performance.now();
const torch = await import("torchlet");
const { nn } = torch;
const [name, data] = process.argv.slice(2);

/** The shortest of several timings of `count` runs, in milliseconds a run. */
function best(body, count, rounds = 7) {
  for (let i = 0; i < count; i++) body();
  let shortest = Infinity;
  for (let r = 0; r < rounds; r++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) body();
    shortest = Math.min(shortest, (performance.now() - start) / count);
  }
  return shortest;
}

function regressionStep() {
  const X = torch.randn(10, 20);
  const y = torch.randn(10, 1);
  const net = new nn.Linear(20, 1);
  const loss = new nn.MSELoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
  return () => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
  };
}

function mlpStep(batch) {
  const X = torch.rand(batch, 784);
  const y = torch.randint(10, [batch]);
  const net = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  const loss = new nn.CrossEntropyLoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  return () => {
    optimizer.zeroGrad();
    loss(net(X), y).backward();
    optimizer.step();
  };
}

function gemm(m, k, n) {
  const a = torch.randn(m, k);
  const b = torch.randn(k, n);
  const flops = 2 * m * k * n;
  const count = Math.max(3, Math.round(2e8 / flops));
  return flops / best(() => a.matmul(b), count) / 1e6;
}

async function epoch() {
  const d2l = await import("@torchlet/d2l");
  const dataset = await d2l.loadFashionMnist({ data });
  torch.manualSeed(0);
  const [trainIter, testIter] = d2l.makeLoaders(dataset, 256);
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  let shortest = Infinity;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    d2l.trainEpochCh3(net, trainIter, loss, updater);
    d2l.evaluateAccuracy(net, testIter);
    shortest = Math.min(shortest, (performance.now() - start) / 1000);
  }
  return shortest;
}

function memoryGrowth() {
  const step = regressionStep();
  for (let i = 0; i < 10_000; i++) step();
  const before = process.memoryUsage().rss;
  let most = before;
  for (let i = 10_000; i < 200_000; i++) {
    step();
    if (i % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss);
  }
  return (most - before) / 2 ** 20;
}

async function measure() {
  switch (name) {
    case "regression-step":
      return best(regressionStep(), 5000) * 1000;
    case "mlp-step-64":
      return best(mlpStep(64), 50);
    case "mlp-step-256":
      return best(mlpStep(256), 20);
    case "mlp-step-1024":
      return best(mlpStep(1024), 5);
    case "gemm-256x784x256":
      return gemm(256, 784, 256);
    case "gemm-256x256x10":
      return gemm(256, 256, 10);
    case "gemm-1024":
      return gemm(1024, 1024, 1024);
    case "exp-1e6": {
      const x = torch.randn(1e6);
      return best(() => x.exp(), 20);
    }
    case "sum-1e6": {
      const x = torch.randn(1e6);
      return best(() => x.sum(), 50);
    }
    case "epoch":
      return epoch();
    case "memory":
      return memoryGrowth();
    case "first-step": {
      mlpStep(64)();
      return performance.now() - begun;
    }
    default:
      throw new Error(`no case ${name}`);
  }
}

const value = await measure();
console.log(
  JSON.stringify({ value, peakMemoryMB: process.resourceUsage().maxRSS / 1024, threads: torch.engineInfo().threads }),
);
