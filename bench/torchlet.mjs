// Measures torchlet. `node torchlet.mjs` serves requests (see harness/serve.mjs); `--cold` times import and first step.
const begun = performance.now();
const torch = await import("torchlet");

const { nn } = torch;
const { functional: F } = nn;

if (process.argv.includes("--cold")) {
  const X = torch.rand(64, 784);
  const y = torch.randint(10, [64]);
  const net = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  const loss = new nn.CrossEntropyLoss()(net(X), y);
  loss.backward();
  optimizer.step();
  loss.item();
  console.log(performance.now() - begun);
  process.exit(0);
}

const { byKind, serve } = await import("./harness/serve.mjs");
const { labels, layerWeights, scaled, values } = await import("./harness/values.mjs");
const { epochs } = await import("./torchlet-epoch.mjs");

const matrix = (data, ...shape) => torch.tensor(data).reshape(shape);

/** `step`, or its plan. */
const inMode = (step, mode) => (mode === "compiled" ? torch.compile(step) : step);

/** A linear layer that begins with the weights that all implementations begin with. */
function linear(index, inputs, outputs) {
  const layer = new nn.Linear(inputs, outputs);
  torch.noGrad(() => {
    layer.weight.copy_(matrix(layerWeights(index, inputs, outputs), outputs, inputs));
    layer.bias.zero_();
  });
  return layer;
}

/** An operation of a step function on one batch; the probe is the loss of the first five steps. */
const stepOperation = (step, X, y) => ({
  run: () => step(X, y),
  probe: () => Array.from({ length: 5 }, () => step(X, y).item()),
});

function mlpStep({ sizes, batch, dropout = [] }, mode) {
  const layers = [];
  for (let i = 1; i < sizes.length; i++) {
    layers.push(linear(i, sizes[i - 1], sizes[i]));
    if (i === sizes.length - 1) break;
    layers.push(new nn.ReLU());
    if (dropout[i - 1] > 0) layers.push(new nn.Dropout(dropout[i - 1]));
  }
  const net = new nn.Sequential(...layers);
  const loss = new nn.CrossEntropyLoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  const step = (X, y) => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  };
  const operation = stepOperation(
    inMode(step, mode),
    matrix(scaled(batch * sizes[0], 1, 1, 0.5), batch, sizes[0]),
    torch.tensor(labels(batch, sizes.at(-1))),
  );
  return dropout.length > 0 ? { run: operation.run } : operation;
}

function regressionStep({ features, batch, lr = 0.01, weightDecay = 0 }, mode) {
  const net = linear(1, features, 1);
  const loss = new nn.MSELoss();
  const optimizer =
    weightDecay === 0
      ? new torch.optim.SGD(net.parameters(), { lr })
      : new torch.optim.SGD([{ params: net.weight, weightDecay }, { params: net.bias }], { lr });
  const step = (X, y) => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  };
  return stepOperation(
    inMode(step, mode),
    matrix(scaled(batch * features, 1, 2), batch, features),
    matrix(values(batch, 2), batch, 1),
  );
}

function product({ m, k, n, transposeA, transposeB }) {
  const a = transposeA ? matrix(values(m * k, 1), k, m).t() : matrix(values(m * k, 1), m, k);
  const b = transposeB ? matrix(values(k * n, 2), n, k).t() : matrix(values(k * n, 2), k, n);
  return { run: () => a.matmul(b), probe: () => a.matmul(b).flatten().toTypedArray().slice(0, 100) };
}

function smallProducts({ count, size }) {
  const of = (seed) => matrix(values(size * size, seed), size, size);
  const a = of(1);
  const others = Array.from({ length: count }, (_, i) => of(2 + i));
  const run = () => {
    let last = a;
    for (const b of others) last = torch.mm(a, b);
    return last;
  };
  return { run, probe: () => run().flatten().toTypedArray() };
}

function elementwise({ fn, rows, columns }) {
  const x = matrix(values(rows * columns, 1), rows, columns);
  const y = matrix(values(rows * columns, 2), rows, columns);
  const weight = torch.ones(columns);
  const bias = torch.zeros(columns);
  const run = {
    exp: () => x.exp(),
    softmax: () => F.softmax(x, 1),
    layerNorm: () => F.layerNorm(x, [columns], weight, bias),
    add: () => x.add(y),
    sum: () => x.sum(),
    sumRows: () => x.sum(0),
    sumColumns: () => x.sum(1),
    max: () => x.max(),
    // Again and again in place, exp would leave the numbers: each run begins with a copy.
    exp_: () => y.copy_(x).exp_(),
    add_: () => x.add_(y),
    mul_: () => x.mul_(1),
    relu_: () => x.relu_(),
  }[fn];
  return { run, probe: () => run().flatten().toTypedArray().slice(0, 100) };
}

/** Megabytes by which resident memory grows in one synchronous loop. */
function memoryGrowth({ steps, ...args }) {
  const { run } = regressionStep(args, "eager");
  for (let i = 0; i < 10_000; i++) run();
  const before = process.memoryUsage().rss;
  let most = before;
  for (let i = 10_000; i < steps; i++) {
    run();
    if (i % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss);
  }
  return (most - before) / 2 ** 20;
}

const build = byKind(
  {
    "mlp-step": mlpStep,
    "regression-step": regressionStep,
    product,
    "small-products": smallProducts,
    elementwise,
    epoch: async (_, mode, data) => ({ run: await epochs.one(data, mode) }),
    "memory-peak": (args, _, data) => ({ value: () => epochs.peak(data, args.epochs) }),
    "memory-growth": (args) => ({ value: () => memoryGrowth(args) }),
  },
  "torchlet",
);

await serve(
  async (test, mode) => {
    if (mode === "compiled" && torch.compile === undefined) return { skipped: "torch.compile is not in this build" };
    return build(test, mode);
  },
  () => torch.engineInfo(),
);
