// The book's cells: dropout from scratch in a module of one's own, and the same with layers.
import { nn, type Tensor } from "torchlet";
import { dropoutLayer } from "../../toolkit/dropout.js";

/** Two hidden layers; dropout after the activation of each, and only in training. */
export class Net extends nn.Module {
  readonly lin1: nn.Linear;
  readonly lin2: nn.Linear;
  readonly lin3: nn.Linear;
  readonly relu: nn.ReLU;

  constructor(
    readonly numInputs: number,
    numOutputs: number,
    numHiddens1: number,
    numHiddens2: number,
    readonly dropouts: readonly [dropout1: number, dropout2: number],
    isTraining = true,
  ) {
    super();
    this.training = isTraining;
    this.lin1 = new nn.Linear(numInputs, numHiddens1);
    this.lin2 = new nn.Linear(numHiddens1, numHiddens2);
    this.lin3 = new nn.Linear(numHiddens2, numOutputs);
    this.relu = new nn.ReLU();
  }

  override forward(X: Tensor): Tensor {
    const [dropout1, dropout2] = this.dropouts;
    let H1 = this.relu(this.lin1(X.reshape(-1, this.numInputs)));
    // Dropout is used in training alone.
    if (this.training) {
      // A dropout layer after the first fully connected layer.
      H1 = dropoutLayer(H1, dropout1);
    }
    let H2 = this.relu(this.lin2(H1));
    if (this.training) {
      // And one after the second.
      H2 = dropoutLayer(H2, dropout2);
    }
    return this.lin3(H2);
  }
}

/** With layers, and small initial weights. */
export function concise(numHiddens: number, [dropout1, dropout2]: readonly [number, number]): nn.Sequential {
  const net = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, numHiddens),
    new nn.ReLU(),
    // A dropout layer after the first fully connected layer.
    new nn.Dropout(dropout1),
    new nn.Linear(numHiddens, numHiddens),
    new nn.ReLU(),
    // And one after the second.
    new nn.Dropout(dropout2),
    new nn.Linear(numHiddens, 10),
  );
  const initWeights = (m: nn.Module) => {
    if (m instanceof nn.Linear) nn.init.normal_(m.weight, { std: 0.01 });
  };
  net.apply(initWeights);
  return net;
}
