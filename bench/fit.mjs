// What torch.fit costs beside the book's own loop: an epoch of Fashion-MNIST, 784-256-10, batch 256, lr 0.1, evaluation included.
//
//   TORCHLET_DATA=DIR node bench/fit.mjs [rounds]
//
// Both take turns in one process; the ratio is that of the shortest times.
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
/** Times the epochs of one run, each between two turns of the book's loop. */
const times = { book: [], fit: [] };
let started = 0;
for await (const _epoch of torch.fit(own.net, { ...options, epochs: rounds + 1 })) {
  if (started > 0) times.fit.push(performance.now() - started);
  const begun = performance.now();
  bookEpoch();
  times.book.push(performance.now() - begun);
  started = performance.now();
}
times.book.shift();
const best = { book: Math.min(...times.book), fit: Math.min(...times.fit) };
console.log(`trainEpochCh3 + evaluateAccuracy: ${best.book.toFixed(1)} ms`);
console.log(`an epoch of fit:                  ${best.fit.toFixed(1)} ms`);
console.log(`ratio of minima over ${rounds} rounds:  ${(best.fit / best.book).toFixed(3)}`);
