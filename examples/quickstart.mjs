// A PyTorch tutorial in torchlet: compare quickstart.py line by line. Run: node examples/quickstart.mjs [DATA] [EPOCHS]
import * as d2l from "@torchlet/d2l";
import * as torch from "torchlet";

const { nn } = torch;
const { DataLoader } = torch.utils.data;

torch.manualSeed(0);
const [data, epochs] = [process.argv[2], Number(process.argv[3] ?? 2)];
const dataset = await d2l.loadFashionMnistOrGarments({
  data,
  onFallback: () => console.log("(garments, not Fashion-MNIST)"),
});
const trainingData = new d2l.ImageTensorDataset(dataset.train, 28, 28);
const testData = new d2l.ImageTensorDataset(dataset.test, 28, 28);
const trainDataloader = new DataLoader(trainingData, { batchSize: 64, shuffle: true });
const testDataloader = new DataLoader(testData, { batchSize: 64 });

class NeuralNetwork extends nn.Module {
  constructor() {
    super();
    this.flatten = new nn.Flatten();
    this.linearReluStack = new nn.Sequential(new nn.Linear(28 * 28, 128), new nn.ReLU(), new nn.Linear(128, 10));
  }

  forward(x) {
    return this.linearReluStack(this.flatten(x));
  }
}

const model = new NeuralNetwork();
console.log(model);
const lossFn = new nn.CrossEntropyLoss();
const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });

function train(dataloader, model, lossFn, optimizer) {
  model.train();
  let batch = 0;
  for (const [X, y] of dataloader) {
    const loss = lossFn(model(X), y);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    if (batch % 300 === 0)
      console.log(`loss: ${loss.item().toFixed(4)}  [${(batch + 1) * X.size(0)}/${dataloader.dataset.length}]`);
    batch++;
  }
}

function test(dataloader, model, lossFn) {
  model.eval();
  let [testLoss, correct] = [0, 0];
  torch.noGrad(() => {
    for (const [X, y] of dataloader) {
      const pred = model(X);
      testLoss += lossFn(pred, y).item();
      correct += pred.argmax(1).eq(y).float().sum().item();
    }
  });
  console.log(
    `accuracy: ${((100 * correct) / dataloader.dataset.length).toFixed(1)}%, avg loss: ${(testLoss / dataloader.length).toFixed(4)}`,
  );
}

for (let t = 0; t < epochs; t++) {
  console.log(`Epoch ${t + 1}\n-------`);
  train(trainDataloader, model, lossFn, optimizer);
  test(testDataloader, model, lossFn);
}

const restored = new NeuralNetwork();
restored.loadStateDict(model.stateDict());
restored.eval();
const [x, y] = testData.getItem(0);
console.log(`predicted ${restored(x.unsqueeze(0)).index(0).argmax(0).item()}, actual ${y.item()}`);
