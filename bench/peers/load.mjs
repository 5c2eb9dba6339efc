// Loads the libraries that the benchmark compares with, from this folder's own node_modules.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** TensorFlow.js with its wasm backend ready. */
export async function loadTensorFlow() {
  // Its hint to install native code is no part of the measurement; its ES modules do not load in Node, its CommonJS does.
  const { warn } = console;
  console.warn = () => {};
  const tf = require("@tensorflow/tfjs");
  require("@tensorflow/tfjs-backend-wasm");
  console.warn = warn;
  await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}

/** jax-js. */
export const loadJax = () => import("@jax-js/jax");
