// Labelled grey images as they come from disk: bytes, nothing converted.

/** One part (training or test) of an image data set. */
export interface ImageSplit {
  /** `count * height * width` bytes, image after image, row by row; 0 is black. */
  readonly images: Uint8Array;
  /** One class index an image. */
  readonly labels: Uint8Array;
  readonly count: number;
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
