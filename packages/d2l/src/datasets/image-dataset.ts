// Labelled grey images as they come from disk: bytes, nothing converted.
import type { Tensor } from "torchlet";

/** One part (training or test) of an image data set. */
export interface ImageSplit {
  /** `count * height * width` bytes, image after image, row by row; 0 is black. */
  readonly images: Uint8Array;
  /** One class index an image. */
  readonly labels: Uint8Array;
  readonly count: number;
  /** The images as a tensor (count, height, width), where that is how they exist; `images` is a copy then. */
  readonly tensor?: Tensor;
}

/** Images that live in a tensor; whoever wants them as bytes gets a copy, the same one while it is in use. */
export class ResidentSplit implements ImageSplit {
  private copy: WeakRef<Uint8Array> | null = null;

  constructor(
    readonly tensor: Tensor,
    readonly labels: Uint8Array,
  ) {}

  get count(): number {
    return this.labels.length;
  }

  get images(): Uint8Array {
    const known = this.copy?.deref();
    if (known !== undefined) return known;
    const bytes = this.tensor.toTypedArray() as Uint8Array;
    this.copy = new WeakRef(bytes);
    return bytes;
  }
}

/** A data set of labelled grey images. */
export interface ImageDataset {
  readonly name: "fashion-mnist" | "garments";
  readonly height: number;
  readonly width: number;
  readonly train: ImageSplit;
  readonly test: ImageSplit;
  /** Where it came from: a folder, or "embedded". */
  readonly source: string;
}
