// An objective that trains a small network on data of its own, for measuring searches in parallel: every trial costs the same.
import * as torch from "torchlet";

const { nn } = torch;
let data = null;

/** Two classes of 64 features; made once a thread. */
function dataOf() {
  if (data === null) {
    torch.manualSeed(0);
    const X = torch.randn(2048, 64);
    data = [X, X.square().sum(1).gt(63.3).to(torch.int32)];
  }
  return data;
}

/** @param options `steps`: batches of 128; `uneven`: from a fifth to twice as many, by the trial's number */
export default function objective(trial, { steps, uneven = false }) {
  const [X, y] = dataOf();
  torch.manualSeed(trial.seed);
  const lr = trial.suggestFloat("lr", 1e-3, 1e-1, { log: true });
  const momentum = trial.suggestFloat("momentum", 0, 0.95);
  const net = new nn.Sequential(
    new nn.Linear(64, 256),
    new nn.ReLU(),
    new nn.Linear(256, 256),
    new nn.ReLU(),
    new nn.Linear(256, 2),
  );
  const loss = new nn.CrossEntropyLoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr, momentum });
  const count = uneven ? Math.round(steps * [0.2, 2, 0.5, 1, 1.8, 0.4, 0.6, 1.5][trial.number % 8]) : steps;
  for (let step = 0; step < count; step++) {
    const start = (step * 128) % 2048;
    optimizer.zeroGrad();
    const value = loss(net(X.narrow(0, start, 128)), y.narrow(0, start, 128));
    value.backward();
    optimizer.step();
    if (step % 50 === 49) trial.report(value.item(), step);
  }
  return torch.noGrad(() => loss(net(X), y)).item();
}
