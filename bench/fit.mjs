// What torch.fit costs beside the book's own loop: an epoch of Fashion-MNIST, 784-256-10, batch 256, lr 0.1, evaluation included.
//
//   TORCHLET_DATA=DIR node bench/fit.mjs [rounds]
//
// Both take turns in one process; the ratio is that of the shortest times. On a busy machine look at the processor time, with
// TORCHLET_NUM_THREADS=1: threads that wait for each other count there as well.
import * as d2l from "@torchlet/d2l";
import * as torch from "torchlet";

const { nn } = torch;
const rounds = Number(process.argv[2] ?? 12);
const dataset = await d2l.loadFashionMnist({ data: process.env.TORCHLET_DATA });
const [trainIter, testIter] = d2l.makeLoaders(dataset, 256);

function model() {
  torch.manualSeed(0);
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  return { net, optimizer: new torch.optim.SGD(net.parameters(), { lr: 0.1 }) };
}

const book = model();
const bookLoss = new nn.CrossEntropyLoss({ reduction: "none" });
function bookEpoch() {
  d2l.trainEpochCh3(book.net, trainIter, bookLoss, book.optimizer);
  d2l.evaluateAccuracy(book.net, testIter);
}

const own = model();
const options = {
  data: trainIter,
  validation: testIter,
  loss: new nn.CrossEntropyLoss(),
  optimizer: own.optimizer,
  metrics: { accuracy: new torch.metrics.Accuracy() },
};
/** Milliseconds that have passed, and that this process has computed. */
function clocks() {
  const { user, system } = process.cpuUsage();
  return [performance.now(), (user + system) / 1000];
}
const since = (begun) => clocks().map((now, i) => now - begun[i]);
/** The epochs of one run, each between two turns of the book's loop; the first of both captures. */
const times = { book: [], fit: [] };
let started = null;
for await (const _epoch of torch.fit(own.net, { ...options, epochs: rounds + 1 })) {
  if (started !== null) times.fit.push(since(started));
  const begun = clocks();
  bookEpoch();
  if (started !== null) times.book.push(since(begun));
  started = clocks();
}
for (const [i, clock] of ["time", "processor time"].entries()) {
  const best = (list) => Math.min(...list.map((t) => t[i]));
  const [book, fit] = [best(times.book), best(times.fit)];
  console.log(`${clock}: trainEpochCh3 + evaluateAccuracy ${book.toFixed(1)} ms, an epoch of fit ${fit.toFixed(1)} ms`);
  console.log(`ratio of minima over ${rounds} rounds: ${(fit / book).toFixed(3)}`);
}
