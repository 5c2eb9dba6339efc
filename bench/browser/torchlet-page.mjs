// In the page: the cases in torchlet. `measure` answers with milliseconds, or says why a case is skipped.
import { longTimings, timings } from "./timing.mjs";

/** The import is part of the first step, so nothing is imported before. */
async function firstStep() {
  const begun = performance.now();
  const torch = await import("torchlet");
  mlpStep(torch, 64)();
  return [performance.now() - begun];
}

/** Products until the worker threads, which start while the page rests, had time to come up. */
async function startThreads(torch, threads) {
  torch.setNumThreads(threads);
  const a = torch.ones(512, 512);
  for (let i = 0; i < 40; i++) {
    a.matmul(a);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function trainingStep(net, loss, X, y, optimizer) {
  return () => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  };
}

function regressionStep({ nn, optim, randn }) {
  const net = new nn.Linear(20, 1);
  return trainingStep(
    net,
    new nn.MSELoss(),
    randn(10, 20),
    randn(10, 1),
    new optim.SGD(net.parameters(), { lr: 0.01 }),
  );
}

function network({ nn }) {
  return new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
}

function mlpStep(torch, batch) {
  const net = network(torch);
  const [X, y] = [torch.rand(batch, 784), torch.randint(10, [batch])];
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  return trainingStep(net, new torch.nn.CrossEntropyLoss(), X, y, optimizer);
}

/** Bytes that no compressor and no branch predictor can guess; labels in 0..9. */
function generated(count) {
  let state = 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
  return {
    count,
    images: Uint8Array.from({ length: count * 784 }, next),
    labels: Uint8Array.from({ length: count }, () => next() % 10),
  };
}

async function epoch(torch, { train, test }) {
  const d2l = await import("@torchlet/d2l");
  const dataset = { height: 28, width: 28, train: generated(train), test: generated(test) };
  const [trainIter, testIter] = d2l.makeLoaders(dataset, 256);
  const net = network(torch);
  const loss = new torch.nn.CrossEntropyLoss({ reduction: "none" });
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  return longTimings(() => {
    d2l.trainEpochCh3(net, trainIter, loss, updater);
    d2l.evaluateAccuracy(net, testIter);
  });
}

/** @returns milliseconds of one operation, several times; or `{ skipped }` */
export async function measure({ test, threads, compiled }) {
  if (test.kind === "first-step") return compiled ? { skipped: "nothing to compile" } : firstStep();
  const torch = await import("torchlet");
  await startThreads(torch, threads);
  const { threads: available } = torch.engineInfo();
  if (available < threads) return { skipped: `the page has ${available} of ${threads} threads` };
  const isStep = test.kind === "regression" || test.kind === "mlp";
  if (compiled && (!isStep || typeof torch.compile !== "function")) return { skipped: "nothing to compile" };
  torch.manualSeed(0);
  switch (test.kind) {
    case "regression":
    case "mlp": {
      const step = test.kind === "mlp" ? mlpStep(torch, test.batch) : regressionStep(torch);
      return timings(compiled ? torch.compile(step) : step);
    }
    case "product": {
      const [m, k, n] = test.sizes;
      const [a, b] = [torch.randn(m, k), torch.randn(k, n)];
      return timings(() => a.matmul(b));
    }
    case "exp": {
      const x = torch.randn(test.count);
      return timings(() => x.exp());
    }
    case "epoch":
      return epoch(torch, test);
    default:
      return { skipped: `no ${test.kind} in torchlet` };
  }
}
