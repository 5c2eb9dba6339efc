// Programs that train, one for each optimizer and its settings: compared compiled and uncompiled by several tests.
import * as torch from "../../src/index.js";
import { batch, classes, network, type Program, stateOf } from "./twin.js";

type Make = (parameters: torch.nn.Parameter[]) => torch.optim.Optimizer;
const { optim } = torch;

/** Every elementwise optimizer with the settings that change what its instruction does. */
export const OPTIMIZERS: readonly (readonly [string, Make])[] = [
  ["SGD", (p) => new optim.SGD(p, { lr: 0.05 })],
  ["SGD with weight decay", (p) => new optim.SGD(p, { lr: 0.05, weightDecay: 0.1 })],
  ["SGD with momentum", (p) => new optim.SGD(p, { lr: 0.05, momentum: 0.9 })],
  ["SGD with dampening", (p) => new optim.SGD(p, { lr: 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 0.01 })],
  ["SGD with Nesterov", (p) => new optim.SGD(p, { lr: 0.05, momentum: 0.9, nesterov: true })],
  ["SGD that maximizes", (p) => new optim.SGD(p, { lr: 0.001, momentum: 0.5, maximize: true })],
  ["Adam", (p) => new optim.Adam(p, { lr: 0.01 })],
  ["Adam with amsgrad and weight decay", (p) => new optim.Adam(p, { lr: 0.01, amsgrad: true, weightDecay: 0.1 })],
  ["Adam that maximizes", (p) => new optim.Adam(p, { lr: 0.01, maximize: true })],
  ["AdamW", (p) => new optim.AdamW(p, { lr: 0.01 })],
  ["AdamW with amsgrad", (p) => new optim.AdamW(p, { lr: 0.01, amsgrad: true, weightDecay: 0.3 })],
  ["Adagrad", (p) => new optim.Adagrad(p, { lr: 0.1, lrDecay: 0.1, weightDecay: 0.01 })],
  ["RMSprop", (p) => new optim.RMSprop(p, { lr: 0.01 })],
  ["RMSprop, centred, with momentum", (p) => new optim.RMSprop(p, { lr: 0.01, centered: true, momentum: 0.9 })],
  ["Adadelta", (p) => new optim.Adadelta(p, { weightDecay: 0.01 })],
  ["Adamax", (p) => new optim.Adamax(p, { lr: 0.01, weightDecay: 0.01 })],
  ["NAdam", (p) => new optim.NAdam(p, { lr: 0.01, weightDecay: 0.01 })],
  ["RAdam", (p) => new optim.RAdam(p, { lr: 0.01, weightDecay: 0.01 })],
  ["Rprop", (p) => new optim.Rprop(p, { lr: 0.01 })],
  ["ASGD", (p) => new optim.ASGD(p, { lr: 0.05, t0: 5, weightDecay: 0.01 })],
  [
    "groups with settings of their own",
    (p) =>
      new optim.SGD(
        [
          { params: p.slice(0, 2), lr: 0.1 },
          { params: p.slice(2), momentum: 0.9 },
        ],
        { lr: 0.01 },
      ),
  ],
];

/** Steps of mean squared error; what is compared: the losses, the gradients of the end, parameters and state. */
export function training(make: Make, rows = 16, hidden = 20, steps = 12): Program {
  return (wrap) => {
    const net = network(12, hidden);
    const loss = new torch.nn.MSELoss();
    const optimizer = make(net.parameters());
    const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
      optimizer.zeroGrad();
      const l = loss(net(x), y);
      l.backward();
      optimizer.step();
      return l;
    });
    const losses = Array.from({ length: steps }, (_, i) => step(...batch(i, rows)));
    return [...losses, ...net.parameters().map((p) => p.grad!), ...stateOf(net, optimizer)];
  };
}

/** Classification with everything that threads share: products, normalization, dropout, softmax, clipping, schedules. */
export function classification(hidden: number, rows: number, steps: number): Program {
  return (wrap) => {
    const { nn } = torch;
    const net = new nn.Sequential(
      new nn.Linear(60, hidden),
      new nn.ReLU(),
      new nn.Dropout(0.2),
      new nn.Linear(hidden, hidden),
      new nn.LayerNorm(hidden),
      new nn.GELU(),
      new nn.BatchNorm1d(hidden),
      new nn.Linear(hidden, 10),
    );
    const loss = new nn.CrossEntropyLoss();
    const optimizer = new optim.AdamW(net.parameters(), { lr: 0.01 });
    const schedule = new optim.lrScheduler.ExponentialLR(optimizer, 0.9);
    const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
      const scores = net(x);
      const l = loss(scores, y);
      optimizer.zeroGrad();
      l.backward();
      const norm = nn.utils.clipGradNorm_(net.parameters(), 1);
      optimizer.step();
      schedule.step();
      return { l, norm, right: scores.argmax(1).eq(y).sum(), p: torch.softmax(scores.detach(), 1) };
    });
    const results = Array.from({ length: steps }, (_, i) => Object.values(step(...classes(i, rows, 60, 10))));
    return [...results.flat(), ...net.parameters().map((p) => p.grad!), ...stateOf(net, optimizer)];
  };
}
