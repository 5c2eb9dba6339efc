// The names of Fashion-MNIST's ten classes; "garments" has the same ones in the same order.

/**
 * The ten class names, in the order of the labels 0 to 9.
 *
 * @example
 * fashionMnistLabels[9]; // "ankle boot"
 */
export const fashionMnistLabels = [
  "t-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
] as const;
