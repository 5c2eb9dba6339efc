// Functions with known optima: what the samplers are measured on. The same formulas stand in optuna_samplers.py.
// Branin and Hartmann 6: Dixon and Szegö 1978; Rosenbrock 1960; domains and optima as in Surjanovic and Bingham's library.

const alpha = [1, 1.2, 3, 3.2];
const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

const floats = (trial, d, low, high) => Array.from({ length: d }, (_, i) => trial.suggestFloat(`x${i}`, low, high));

function branin(trial) {
  const x = trial.suggestFloat("x0", -5, 10);
  const y = trial.suggestFloat("x1", 0, 15);
  const a = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

function hartmann6(trial) {
  const x = floats(trial, 6, 0, 1);
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    let inner = 0;
    for (let j = 0; j < 6; j++) inner += A[i][j] * (x[j] - P[i][j]) ** 2;
    sum += alpha[i] * Math.exp(-inner);
  }
  return -sum;
}

const rosenbrock = (d) => (trial) => {
  const x = floats(trial, d, -5, 10);
  let sum = 0;
  for (let i = 0; i + 1 < d; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
  return sum;
};

/** As a network's hyperparameters are: logarithms, integers, steps and choices, and an optimum that lies askew. */
function mixed(trial) {
  const rate = Math.log10(trial.suggestFloat("rate", 1e-5, 1, { log: true }));
  const units = Math.log2(trial.suggestInt("units", 8, 512, { log: true }));
  const layers = trial.suggestInt("layers", 1, 8);
  const dropout = trial.suggestFloat("dropout", 0, 0.8, { step: 0.1 });
  const activation = trial.suggestCategorical("activation", ["relu", "tanh", "gelu", "sigmoid"]);
  return (
    (rate + 2.5 + 0.2 * (layers - 3)) ** 2 +
    0.15 * (layers - 3) ** 2 +
    0.3 * (units - 7) ** 2 +
    8 * (dropout - 0.1 * (units - 4)) ** 2 +
    { relu: 0.1, tanh: 0.5, gelu: 0, sigmoid: 1.5 }[activation]
  );
}

/** What is asked depends on what was chosen. */
function conditional(trial) {
  const model = trial.suggestCategorical("model", ["svm", "forest", "mlp"]);
  if (model === "svm") {
    const penalty = Math.log10(trial.suggestFloat("penalty", 1e-3, 1e3, { log: true }));
    const gamma = Math.log10(trial.suggestFloat("gamma", 1e-4, 1e1, { log: true }));
    return 0.2 + 0.2 * (penalty - 1) ** 2 + 0.3 * (gamma + 1.5) ** 2;
  }
  if (model === "forest") {
    const depth = trial.suggestInt("depth", 1, 32);
    const share = trial.suggestFloat("share", 0.1, 1, { step: 0.1 });
    return 0.4 + 0.01 * (depth - 12) ** 2 + 2 * (share - 0.4) ** 2;
  }
  const rate = Math.log10(trial.suggestFloat("rate", 1e-5, 1, { log: true }));
  const layers = trial.suggestInt("layers", 1, 3);
  let value = (rate + 3) ** 2;
  for (let i = 0; i < layers; i++) {
    const units = Math.log2(trial.suggestInt(`units${i}`, 8, 512, { log: true }));
    value += 0.2 * (units - 7 + i) ** 2;
  }
  return value + 0.3 * (layers - 2) ** 2;
}

/** By name: the function of a trial, the smallest value, and the number of parameters. */
export const functions = {
  branin: { f: branin, minimum: 0.39788735772973816, text: "Branin (2)" },
  hartmann6: { f: hartmann6, minimum: -3.322368011415515, text: "Hartmann 6 (6)" },
  rosenbrock2: { f: rosenbrock(2), minimum: 0, text: "Rosenbrock (2)" },
  rosenbrock4: { f: rosenbrock(4), minimum: 0, text: "Rosenbrock (4)" },
  mixed: { f: mixed, minimum: 0, text: "mixed: log, int, step, choice (5)" },
  conditional: { f: conditional, minimum: 0, text: "conditional (1 to 6)" },
};
