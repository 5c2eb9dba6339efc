// In the page: the cases in TensorFlow.js on its wasm backend, which starts threads itself where the page is isolated.
import { timings } from "./timing.mjs";

/** Classic scripts that define `tf`. */
async function load(threads) {
  for (const src of ["tf.min.js", "tf-backend-wasm.min.js"]) {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${src} does not load`));
      script.src = src;
      document.head.append(script);
    });
  }
  const { tf } = globalThis;
  tf.wasm.setWasmPaths("./");
  tf.wasm.setThreadsCount(threads);
  await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}

function trainingStep(tf, weights, optimizer, loss) {
  return () => {
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, weights);
      optimizer.applyGradients(grads);
      value.dataSync();
    });
  };
}

function linear(tf, inputs, outputs) {
  const bound = 1 / Math.sqrt(inputs);
  return [tf.variable(tf.randomUniform([inputs, outputs], -bound, bound)), tf.variable(tf.zeros([outputs]))];
}

function regressionStep(tf) {
  const [X, y] = [tf.randomNormal([10, 20]), tf.randomNormal([10, 1])];
  const [w, b] = linear(tf, 20, 1);
  return trainingStep(tf, [w, b], tf.train.sgd(0.01), () => tf.losses.meanSquaredError(y, X.matMul(w).add(b)));
}

function mlpStep(tf, batch) {
  const X = tf.randomUniform([batch, 784]);
  const y = tf.oneHot(tf.randomUniform([batch], 0, 10, "int32"), 10).toFloat();
  const [W1, b1, W2, b2] = [...linear(tf, 784, 256), ...linear(tf, 256, 10)];
  return trainingStep(tf, [W1, b1, W2, b2], tf.train.sgd(0.1), () =>
    tf.losses.softmaxCrossEntropy(y, X.matMul(W1).add(b1).relu().matMul(W2).add(b2)),
  );
}

/** @returns milliseconds of one operation, several times; or `{ skipped }` */
export async function measure({ test, threads }) {
  const begun = performance.now();
  if (test.kind === "epoch") return { skipped: "no loader of its own to compare" };
  const tf = await load(threads);
  switch (test.kind) {
    case "first-step":
      mlpStep(tf, 64)();
      return [performance.now() - begun];
    case "regression":
      return timings(regressionStep(tf));
    case "mlp":
      return timings(mlpStep(tf, test.batch));
    case "product": {
      const [m, k, n] = test.sizes;
      const [a, b] = [tf.randomNormal([m, k]), tf.randomNormal([k, n])];
      return timings(() => a.matMul(b).dispose());
    }
    case "exp": {
      const x = tf.randomNormal([test.count]);
      return timings(() => x.exp().dispose());
    }
    default:
      return { skipped: `no ${test.kind} in TensorFlow.js` };
  }
}
