// Networks with one hidden layer that learn XOR by gradient descent.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** The activations that are compared. */
export const activations = {
  relu: () => new nn.ReLU(),
  tanh: () => new nn.Tanh(),
  sigmoid: () => new nn.Sigmoid(),
} as const;

export type Activation = keyof typeof activations;

/** Two inputs, h hidden units, two classes, with PyTorch's default weights. */
export function makeNet(h: number, activation: Activation): nn.Sequential {
  return new nn.Sequential(new nn.Linear(2, h), activations[activation](), new nn.Linear(h, 2));
}

/**
 * Full-batch gradient descent on the cross entropy.
 *
 * @returns the loss before every hundredth step, and after the last
 */
export function train(net: nn.Module, X: Tensor, y: Tensor, steps: number, lr: number): number[] {
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr });
  const trainStep = torch.compile(() => {
    const l = loss(net(X), y);
    updater.zeroGrad();
    l.backward();
    updater.step();
    return l;
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const l = trainStep();
    if (i % 100 === 0) losses.push(l.item());
  }
  trainStep.dispose();
  losses.push(torch.noGrad(() => loss(net(X), y).item()));
  return losses;
}

/** The share of samples that it names rightly. */
export function accuracyOf(net: nn.Module, X: Tensor, y: Tensor): number {
  return torch
    .noGrad(() => net(X))
    .argmax(1)
    .eq(y)
    .to(torch.float32)
    .mean()
    .item();
}
