// Training steps: forward, backward and SGD update on one batch that is in memory.

/** Multiplications and additions of a step: forward, and the gradients of weights and of all inputs but the first. */
export function stepFlops(sizes, batch) {
  let flops = 0;
  for (let i = 1; i < sizes.length; i++) flops += 2 * batch * sizes[i - 1] * sizes[i] * (i === 1 ? 2 : 3);
  return flops;
}

const mlp = (name, sizes, batch, more = {}) => ({
  name,
  group: "steps",
  text: `SGD step, ${sizes.join("-")}${more.dropout ? " with dropout 0.2 and 0.5" : ""}, batch ${batch}`,
  kind: "mlp-step",
  args: { sizes, batch, ...more },
  unit: "ms",
  flops: stepFlops(sizes, batch),
  compiled: true,
});

export const steps = [
  mlp("mlp-step-64", [784, 256, 10], 64),
  mlp("mlp-step-256", [784, 256, 10], 256),
  mlp("mlp-step-1024", [784, 256, 10], 1024),
  mlp("dropout-step-256", [784, 256, 256, 10], 256, { dropout: [0.2, 0.5] }),
  {
    name: "regression-step",
    group: "steps",
    text: "SGD step, linear regression, 20 features, batch 10",
    kind: "regression-step",
    args: { features: 20, batch: 10, lr: 0.01, weightDecay: 0 },
    unit: "us",
    compiled: true,
  },
  {
    name: "weight-decay-step",
    group: "steps",
    text: "SGD step with weight decay 3, linear regression, 200 features, batch 5",
    kind: "regression-step",
    args: { features: 200, batch: 5, lr: 0.003, weightDecay: 3 },
    unit: "us",
    compiled: true,
  },
];
