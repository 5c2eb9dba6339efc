// The compiler's opinion, checked with the other types of the tests: what must be an error is marked, what must not is not.
import * as torch from "../../src/index.js";

const { nn } = torch;

// Layers that fit, with and without layers between them that keep the features.
new nn.Sequential(
  new nn.Flatten(),
  new nn.Linear(784, 256),
  new nn.ReLU(),
  new nn.Dropout(0.5),
  new nn.Linear(256, 10),
);

// @ts-expect-error 256 features come into a layer that takes 128
new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(128, 10));

// @ts-expect-error the same without an activation
new nn.Sequential(new nn.Linear(784, 256), new nn.Linear(10, 10));

// Sizes that are not literal are nobody's business.
declare const width: number;
const net = new nn.Sequential(new nn.Linear(784, width), new nn.ReLU(), new nn.Linear(width, 10));
const first: torch.Tensor = net[0].weight;
const rebuilt = new nn.Sequential(net[0], net[1], net[2]);

// Layers in a list, layers of one's own, layers in variables that change.
class Own extends nn.Module {
  override forward(x: torch.Tensor): torch.Tensor {
    return x;
  }
}
const layers: torch.nn.Module[] = [new nn.Linear(3, 4), new Own(), new nn.Linear(5, 6)];
new nn.Sequential(...layers);
new nn.Sequential(new nn.Linear(3, 4), new Own(), new nn.Linear(5, 6));
let layer = new nn.Linear(3, 4);
layer = new nn.Linear(10, 20);

// Products of tensors whose shapes are known.
const a = torch.ones([2, 3] as const);
const b = torch.zeros([3, 4] as const);
const c = a.matmul(b);
const shape: readonly [2, 4] = c.shape;
const vector: readonly [2] = torch.matmul(a, torch.rand([3] as const)).shape;

// @ts-expect-error 3 columns meet 2 rows
a.matmul(a);
// @ts-expect-error the same as a function
torch.matmul(b, a);
// @ts-expect-error 4 columns meet a vector of 3
torch.matmul(b, torch.rand([3] as const));

// Plain tensors are plain tensors: any product, any assignment.
let plain = torch.ones(2, 3);
plain = plain.matmul(torch.randn(5, 7));
plain = torch.zeros(1);
const mixed: torch.Tensor = a.matmul(plain).add(c);
const sizes: number[] = [2, 3];
const fromSizes: torch.Tensor = torch.ones(sizes).matmul(a);

// A literal list that is not asked to be constant is known as well, and can be handed on as a plain tensor.
const listed: torch.Tensor = torch.ones([2, 3]);

export { first, fromSizes, layer, listed, mixed, rebuilt, shape, vector };
