// Epochs of Fashion-MNIST in torchlet: the toolkit's own loop, and one with the compiled step.
import * as torch from "torchlet";

const { nn } = torch;

/** Loaders, model and optimizer of the book's `mlp-concise`, seed 0. */
async function prepare(data) {
  const d2l = await import("@torchlet/d2l");
  const dataset = await d2l.loadFashionMnist({ data });
  torch.manualSeed(0);
  const [trainIter, testIter] = d2l.makeLoaders(dataset, 256);
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  return { d2l, trainIter, testIter, net, loss, updater };
}

export const epochs = {
  /** One epoch with evaluation, as a function. */
  async one(data, mode) {
    const { d2l, trainIter, testIter, net, loss, updater } = await prepare(data);
    if (mode === "eager") {
      return () => {
        d2l.trainEpochCh3(net, trainIter, loss, updater);
        d2l.evaluateAccuracy(net, testIter);
      };
    }
    const step = torch.compile((X, y) => {
      const yHat = net(X);
      const l = loss(yHat, y);
      updater.zeroGrad();
      l.mean().backward();
      updater.step();
      return [l.sum(), yHat.argmax(1).eq(y).sum()];
    });
    return () => {
      net.train();
      const metric = new d2l.Accumulator(3);
      for (const [X, y] of trainIter) {
        const [l, right] = step(X, y);
        metric.add(l.item(), right.item(), y.numel());
      }
      d2l.evaluateAccuracy(net, testIter);
    };
  },

  /** Peak of resident memory, in MB, of a process that has trained for some epochs. */
  async peak(data, count) {
    const { d2l, trainIter, testIter, net, loss, updater } = await prepare(data);
    await d2l.trainCh3(net, trainIter, testIter, loss, count, updater);
    return process.resourceUsage().maxRSS / 1024;
  },
};
