// Training with torch.fit, and a search for the width and the learning rate: node examples/search.mjs (after npm run build).
import { createStudy, pruneOn } from "@torchlet/search";
import * as torch from "torchlet";

const { nn } = torch;

torch.manualSeed(0);
const X = torch.randn(600, 20);
const y = X.matmul(torch.randn(20, 3)).argmax(1);
const makeNet = (width) => new nn.Sequential(new nn.Linear(20, width), new nn.ReLU(), new nn.Linear(width, 3));

const history = await torch.fit(makeNet(64), {
  data: [X, y],
  validation: 0.2,
  loss: new nn.CrossEntropyLoss(),
  optimizer: (parameters) => new torch.optim.Adam(parameters),
  metrics: { accuracy: new torch.metrics.Accuracy() },
  earlyStopping: { monitor: "validation.accuracy", patience: 5 },
  epochs: 50,
  seed: 0,
});
console.log(`fit: validation accuracy ${history.best.value.toFixed(4)} in epoch ${history.best.epoch}`);

const study = await createStudy({ direction: "maximize", seed: 0 });
await study.optimize(
  async (trial) => {
    const net = makeNet(trial.suggestInt("width", 8, 256, { log: true }));
    const lr = trial.suggestFloat("lr", 1e-3, 1, { log: true });
    const { best } = await torch.fit(net, {
      data: [X, y],
      validation: 0.2,
      loss: new nn.CrossEntropyLoss(),
      optimizer: (parameters) => new torch.optim.SGD(parameters, { lr }),
      metrics: { accuracy: new torch.metrics.Accuracy() },
      earlyStopping: { monitor: "validation.accuracy" },
      callbacks: [pruneOn(trial, "validation.accuracy")],
      epochs: 20,
      seed: trial.seed,
    });
    return best.value;
  },
  { nTrials: 20 },
);
console.log(`search: ${study.bestValue.toFixed(4)} with ${JSON.stringify(study.bestParams)}`);
