// Measures jax-js on its wasm backend, every operation jitted (one thread: it has Web Workers in mind, Node has none).
const begun = performance.now();
const { loadJax } = await import("./peers/load.mjs");
const { blockUntilReady, init, jit, nn, numpy: np, random, tree, valueAndGrad } = await loadJax();
await init("wasm");

const array = (data, shape) => np.array(data).reshape(shape);

/** Mean cross entropy of a network with relu, of parameters [W1, b1, W2, b2, ...]; `masks` multiply hidden layers. */
function meanCrossEntropy(weights, X, y, masks = []) {
  let h = X;
  for (let i = 0; i < weights.length; i += 2) {
    h = np.matmul(h, weights[i]).add(weights[i + 1]);
    if (i + 2 < weights.length) h = nn.relu(h);
    if (masks[i / 2] !== undefined) h = h.mul(masks[i / 2]);
  }
  const batch = h.shape[0];
  return nn
    .logSoftmax(h, -1)
    .mul(y)
    .sum()
    .mul(-1 / batch);
}

/** A jitted step of plain gradient descent: (weights, ...batch) to [new weights, loss]. */
function stepOf(loss, lr, decay = []) {
  const gradients = valueAndGrad(loss);
  return jit((weights, ...batch) => {
    const [value, grads] = gradients(tree.ref(weights), ...batch);
    const next = weights.map((w, i) =>
      decay[i] > 0 ? w.ref.sub(grads[i].add(w.mul(decay[i])).mul(lr)) : w.sub(grads[i].mul(lr)),
    );
    return [next, value];
  });
}

/** Keeps the weights between steps; the probe is the loss of the first five. */
function stepOperation(step, first, batch) {
  let weights = first;
  const once = async () => {
    const [next, loss] = step(weights, ...batch.map((x) => x.ref));
    weights = next;
    await blockUntilReady(next);
    return loss;
  };
  return {
    run: async () => (await once()).dispose(),
    probe: async () => {
      const losses = [];
      for (let i = 0; i < 5; i++) losses.push((await once()).dataSync()[0]);
      return losses;
    },
  };
}

const oneHot = (labels, classes) => {
  const data = new Float32Array(labels.length * classes);
  for (const [i, label] of labels.entries()) data[i * classes + label] = 1;
  return array(data, [labels.length, classes]);
};

if (process.argv.includes("--cold")) {
  const data = (count) => Float32Array.from({ length: count }, () => Math.random() * 0.06 - 0.03);
  const weights = [array(data(784 * 256), [784, 256]), np.zeros([256]), array(data(2560), [256, 10]), np.zeros([10])];
  const y = oneHot(
    Array.from({ length: 64 }, (_, i) => i % 10),
    10,
  );
  await stepOperation(stepOf(meanCrossEntropy, 0.1), weights, [array(data(64 * 784), [64, 784]), y]).run();
  console.log(performance.now() - begun);
  process.exit(0);
}

const { byKind, serve } = await import("./harness/serve.mjs");
const { labels, layerWeights, scaled, values } = await import("./harness/values.mjs");

/** A contiguous (inputs, outputs) matrix of the weights that all implementations begin with. */
function layer(index, inputs, outputs) {
  const rows = layerWeights(index, inputs, outputs);
  const data = new Float32Array(rows.length);
  for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) data[i * outputs + o] = rows[o * inputs + i];
  return array(data, [inputs, outputs]);
}

const network = (sizes) => sizes.slice(1).flatMap((size, i) => [layer(i + 1, sizes[i], size), np.zeros([size])]);

function mlpStep({ sizes, batch, dropout = [] }) {
  const inputs = [
    array(scaled(batch * sizes[0], 1, 1, 0.5), [batch, sizes[0]]),
    oneHot(labels(batch, sizes.at(-1)), sizes.at(-1)),
  ];
  if (dropout.length === 0) return stepOperation(stepOf(meanCrossEntropy, 0.1), network(sizes), inputs);
  // Masks are drawn outside the jitted step, from one key after the other.
  const masks = jit((...keys) =>
    keys.map((key, i) => {
      const keep = 1 - dropout[i];
      return random
        .bernoulli(key, keep, [batch, sizes[i + 1]])
        .astype(np.float32)
        .mul(1 / keep);
    }),
  );
  const step = stepOf((weights, X, y, ...drawn) => meanCrossEntropy(weights, X, y, drawn), 0.1);
  let weights = network(sizes);
  let seed = 0;
  return {
    run: async () => {
      const drawn = masks(...dropout.map(() => random.key(seed++)));
      const [next, loss] = step(weights, ...inputs.map((x) => x.ref), ...drawn);
      weights = next;
      await blockUntilReady(next);
      loss.dispose();
    },
  };
}

function regressionStep({ features, batch, lr, weightDecay }) {
  const loss = ([w, b], X, y) => np.square(np.matmul(X, w).add(b).sub(y)).mean();
  const inputs = [array(scaled(batch * features, 1, 2), [batch, features]), array(values(batch, 2), [batch, 1])];
  return stepOperation(stepOf(loss, lr, [weightDecay, 0]), network([features, 1]), inputs);
}

/** A jitted function of arrays that stay. */
function operationOf(fn, ...arrays) {
  const compiled = jit(fn);
  const once = () => compiled(...arrays.map((x) => x.ref)).blockUntilReady();
  return {
    run: async () => (await once()).dispose(),
    probe: async () => (await once()).dataSync().slice(0, 100),
  };
}

function product({ m, k, n, transposeA, transposeB }) {
  const a = array(values(m * k, 1), transposeA ? [k, m] : [m, k]);
  const b = array(values(k * n, 2), transposeB ? [n, k] : [k, n]);
  const turned = (x, transpose) => (transpose ? np.transpose(x) : x);
  return operationOf((a, b) => np.matmul(turned(a, transposeA), turned(b, transposeB)), a, b);
}

function smallProducts({ count, size }) {
  const of = (seed) => array(values(size * size, seed), [size, size]);
  const a = of(1);
  const others = Array.from({ length: count }, (_, i) => of(2 + i));
  const compiled = jit((a, b) => np.matmul(a, b));
  const run = async () => {
    const results = others.map((b) => compiled(a.ref, b.ref));
    await blockUntilReady(results);
    return results;
  };
  return {
    run: async () => {
      for (const result of await run()) result.dispose();
    },
    probe: async () => (await run()).map((result) => result.dataSync()).at(-1),
  };
}

function elementwise({ fn, rows, columns }) {
  const x = array(values(rows * columns, 1), [rows, columns]);
  const y = array(values(rows * columns, 2), [rows, columns]);
  switch (fn) {
    case "exp":
      return operationOf((x) => np.exp(x), x);
    case "softmax":
      return operationOf((x) => nn.softmax(x, -1), x);
    case "layerNorm":
      return operationOf((x) => nn.standardize(x, -1, { epsilon: 1e-5 }), x);
    case "add":
      return operationOf((x, y) => x.add(y), x, y);
    case "sum":
      return operationOf((x) => x.sum(), x);
    default:
      return { skipped: `no ${fn} in jax-js` };
  }
}

await serve(
  byKind(
    { "mlp-step": mlpStep, "regression-step": regressionStep, product, "small-products": smallProducts, elementwise },
    "jax-js",
  ),
);
