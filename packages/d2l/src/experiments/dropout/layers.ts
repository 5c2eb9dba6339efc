// Other noises for the exercises: a Gaussian factor in place of the mask, a Gaussian term, and a mask on the weights.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { dropoutLayer } from "../../toolkit/dropout.js";

/** x times a factor from N(1, p / (1 - p)): the mean and the variance of dropout, without zeros. Source: Srivastava et al., Dropout, 2014, section 10. */
export class GaussianDropout extends nn.Module {
  constructor(readonly p: number) {
    super();
  }

  override forward(X: Tensor): Tensor {
    if (!this.training) return X;
    return X.mul(
      torch
        .randn(X.shape)
        .mul(Math.sqrt(this.p / (1 - this.p)))
        .add(1),
    );
  }
}

/** x plus noise from N(0, s² p / (1 - p)), where s is the standard deviation of the batch: as strong as dropout, whatever x is. */
export class AdditiveNoise extends nn.Module {
  constructor(readonly p: number) {
    super();
  }

  override forward(X: Tensor): Tensor {
    if (!this.training) return X;
    const deviation = X.detach()
      .std()
      .mul(Math.sqrt(this.p / (1 - this.p)));
    return X.add(torch.randn(X.shape).mul(deviation));
  }
}

/** A linear layer whose weights are dropped, not its inputs: one mask a batch. Source: Wan et al., DropConnect, 2013. */
export class DropConnect extends nn.Module {
  readonly linear: nn.Linear;

  constructor(
    inFeatures: number,
    outFeatures: number,
    readonly p: number,
  ) {
    super();
    this.linear = new nn.Linear(inFeatures, outFeatures);
  }

  override forward(X: Tensor): Tensor {
    const { weight, bias } = this.linear;
    return nn.functional.linear(X, this.training ? dropoutLayer(weight, this.p) : weight, bias);
  }
}
