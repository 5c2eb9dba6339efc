// Measures TensorFlow.js on its wasm backend (SIMD, one thread: it does not start threads in Node).
const begun = performance.now();
const { loadTensorFlow } = await import("./peers/load.mjs");
const tf = await loadTensorFlow();

/** The parameters of a network and its loss; the caller disposes of nothing, `tf.tidy` does. */
function network(sizes, make) {
  const weights = [];
  for (let i = 1; i < sizes.length; i++) {
    weights.push(tf.variable(make(i, sizes[i - 1], sizes[i])), tf.variable(tf.zeros([sizes[i]])));
  }
  return weights;
}

/** One step that returns its loss, kept: the caller disposes of it. */
function stepOf(loss, weights, optimizer) {
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, weights);
      optimizer.applyGradients(grads);
      return tf.keep(value);
    });
}

if (process.argv.includes("--cold")) {
  const X = tf.randomUniform([64, 784]);
  const y = tf.oneHot(tf.randomUniform([64], 0, 10, "int32"), 10).toFloat();
  const [W1, b1, W2, b2] = network([784, 256, 10], (_, inputs, outputs) => tf.randomNormal([inputs, outputs], 0, 0.03));
  const loss = () => tf.losses.softmaxCrossEntropy(y, tf.relu(X.matMul(W1).add(b1)).matMul(W2).add(b2));
  stepOf(loss, [W1, b1, W2, b2], tf.train.sgd(0.1))().dataSync();
  console.log(performance.now() - begun);
  process.exit(0);
}

const { byKind, serve } = await import("./harness/serve.mjs");
const { labels, layerWeights, scaled, values } = await import("./harness/values.mjs");

/** A (inputs, outputs) matrix of the weights that all implementations begin with. */
const layer = (index, inputs, outputs) =>
  tf.tidy(() => tf.tensor(layerWeights(index, inputs, outputs), [outputs, inputs]).transpose());

const stepOperation = (step) => ({
  run: () => step().dispose(),
  probe: () =>
    Array.from({ length: 5 }, () => {
      const loss = step();
      const [value] = loss.dataSync();
      loss.dispose();
      return value;
    }),
});

function mlpStep({ sizes, batch, dropout = [] }) {
  const X = tf.tensor(scaled(batch * sizes[0], 1, 1, 0.5), [batch, sizes[0]]);
  const y = tf.oneHot(tf.tensor1d(labels(batch, sizes.at(-1)), "int32"), sizes.at(-1)).toFloat();
  const weights = network(sizes, layer);
  const loss = () => {
    let h = X;
    for (let i = 0; i < weights.length; i += 2) {
      h = h.matMul(weights[i]).add(weights[i + 1]);
      if (i + 2 < weights.length) h = h.relu();
      if (dropout[i / 2] > 0) h = tf.dropout(h, dropout[i / 2]);
    }
    return tf.losses.softmaxCrossEntropy(y, h);
  };
  const operation = stepOperation(stepOf(loss, weights, tf.train.sgd(0.1)));
  return dropout.length > 0 ? { run: operation.run } : operation;
}

function regressionStep({ features, batch, lr, weightDecay }) {
  const X = tf.tensor(scaled(batch * features, 1, 2), [batch, features]);
  const y = tf.tensor(values(batch, 2), [batch, 1]);
  const weights = network([features, 1], layer);
  const [w, b] = weights;
  const optimizer = tf.train.sgd(lr);
  const loss = () => tf.losses.meanSquaredError(y, X.matMul(w).add(b));
  if (weightDecay === 0) return stepOperation(stepOf(loss, weights, optimizer));
  const step = () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, weights);
      grads[w.name] = grads[w.name].add(w.mul(weightDecay));
      optimizer.applyGradients(grads);
      return tf.keep(value);
    });
  return stepOperation(step);
}

/** An operation on tensors: its result is disposed of, or read for the probe. */
const operationOf = (compute) => ({
  run: () => compute().dispose(),
  probe: () => compute().dataSync().slice(0, 100),
});

function product({ m, k, n, transposeA, transposeB }) {
  const a = tf.tensor(values(m * k, 1), transposeA ? [k, m] : [m, k]);
  const b = tf.tensor(values(k * n, 2), transposeB ? [n, k] : [k, n]);
  return operationOf(() => tf.matMul(a, b, transposeA, transposeB));
}

function smallProducts({ count, size }) {
  const of = (seed) => tf.tensor(values(size * size, seed), [size, size]);
  const a = of(1);
  const others = Array.from({ length: count }, (_, i) => of(2 + i));
  const run = () => {
    for (const b of others) tf.matMul(a, b).dispose();
  };
  return { run, probe: () => tf.matMul(a, others.at(-1)).dataSync() };
}

function elementwise({ fn, rows, columns }) {
  const x = tf.tensor(values(rows * columns, 1), [rows, columns]);
  const y = tf.tensor(values(rows * columns, 2), [rows, columns]);
  const compute = {
    exp: () => x.exp(),
    softmax: () => tf.softmax(x),
    layerNorm: () =>
      tf.tidy(() => {
        const { mean, variance } = tf.moments(x, 1, true);
        return x.sub(mean).mul(variance.add(1e-5).rsqrt());
      }),
    add: () => x.add(y),
    sum: () => x.sum(),
  }[fn];
  return operationOf(compute);
}

await serve(
  byKind(
    { "mlp-step": mlpStep, "regression-step": regressionStep, product, "small-products": smallProducts, elementwise },
    "TensorFlow.js",
  ),
);
