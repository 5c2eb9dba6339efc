// Pictures of clothes learned by small networks: random labels, and data that are made simpler or more complex.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import type { ImageDataset, ImageSplit } from "../../datasets/image-dataset.js";
import { ImageTensorDataset } from "../../toolkit/fashion-mnist.js";
import { loadArray } from "../../toolkit/linear-regression.js";

/** Pictures as rows: X of shape (n, elements), y of shape (n). */
export interface Pictures {
  readonly X: Tensor;
  readonly y: Tensor;
}

/** Training and test error of one run. */
export interface Errors {
  readonly train: number;
  readonly test: number;
}

/** The data set's two parts; each call of `take` draws pictures at random, without repetition. */
export function pictureSource(dataset: ImageDataset) {
  const source = (split: ImageSplit) => {
    const images = new ImageTensorDataset(split, dataset.height, dataset.width);
    return (n: number): Pictures => {
      const chosen = torch.randperm(split.count).narrow(0, 0, Math.min(n, split.count));
      const [X, y] = images.getBatch(chosen);
      return { X: X!.flatten(1), y: y! };
    };
  };
  return { train: source(dataset.train), test: source(dataset.test) };
}

/** A network with one hidden layer. */
export function makeMlp(inputs: number, hidden: number, classes = 10): nn.Sequential {
  return new nn.Sequential(new nn.Linear(inputs, hidden), new nn.ReLU(), new nn.Linear(hidden, classes));
}

/** Minibatch training for about so many steps, whole epochs; `afterEpoch` may look at the network. */
export async function train(
  net: nn.Sequential,
  { X, y }: Pictures,
  steps: number,
  batchSize: number,
  afterEpoch: () => void = () => {},
): Promise<void> {
  const loss = new nn.CrossEntropyLoss();
  const optimizer = new torch.optim.Adam(net.parameters(), { lr: 2e-3 });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  });
  const trainIter = loadArray([X, y], batchSize);
  for (let done = 0; done < steps; ) {
    for (const [X, y] of trainIter) {
      step(X!, y!);
      done++;
    }
    afterEpoch();
    await torch.utils.data.breathe();
  }
  step.dispose();
}

/** The share of wrong answers. */
export function errorOf(net: nn.Sequential, { X, y }: Pictures): number {
  return torch.noGrad(() => net(X).argmax(1).ne(y).to(torch.float32).mean().item());
}

/** The same pictures with labels that mean nothing. */
export function withRandomLabels({ X, y }: Pictures): Pictures {
  return { X, y: torch.randint(0, 10, [y.shape[0]!]).to(torch.int32) };
}

/** More elements a sample: the picture hangs among as many elements of noise. */
export function withClutter({ X, y }: Pictures, elements: number): Pictures {
  return elements === 0 ? { X, y } : { X: torch.cat([X, torch.rand(X.shape[0]!, elements).sub(0.5)], 1), y };
}

/** All pictures with their pixels in one other order: the structure is there, the eye sees it no more. */
export function permuted({ X, y }: Pictures, order: Tensor): Pictures {
  return { X: X.indexSelect(1, order), y };
}

/** Every picture with its pixels in an order of its own: the structure is gone. */
export function scrambled({ X, y }: Pictures): Pictures {
  return { X: torch.stack(X.unbind().map((x) => x.indexSelect(0, torch.randperm(x.shape[0]!)))), y };
}

/** The first n pictures of the first so many classes. */
export function ofClasses({ X, y }: Pictures, classes: number, n: number): Pictures {
  const belongs = y.lt(classes);
  const [kept, labels] = [X.index(belongs), y.index(belongs)];
  const count = Math.min(n, labels.shape[0]!);
  return { X: kept.narrow(0, 0, count), y: labels.narrow(0, 0, count) };
}
