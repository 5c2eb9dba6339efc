// What the official Fashion-MNIST consists of: four files with their sizes and checksums, and where they can be had.

/** One file of a data set that can be downloaded. */
export interface PublishedFile {
  /** The name without `.gz`. */
  readonly name: string;
  /** The length of the `.gz` file in bytes. */
  readonly bytes: number;
  /** The MD5 of the `.gz` file, in hexadecimal. */
  readonly md5: string;
  /** The MD5 of the file once gunzipped. */
  readonly unpackedMd5: string;
}

/** The four files of a data set in IDX: training images and labels, test images and labels. */
export type PublishedFiles = readonly [PublishedFile, PublishedFile, PublishedFile, PublishedFile];

/** The official files; sizes and checksums of https://github.com/zalandoresearch/fashion-mnist. */
export const fashionMnistFiles: PublishedFiles = [
  {
    name: "train-images-idx3-ubyte",
    bytes: 26421880,
    md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    unpackedMd5: "f4a8712d7a061bf5bd6d2ca38dc4d50a",
  },
  {
    name: "train-labels-idx1-ubyte",
    bytes: 29515,
    md5: "25c81989df183df01b3e8a0aad5dffbe",
    unpackedMd5: "9018921c3c673c538a1fc5bad174d6f9",
  },
  {
    name: "t10k-images-idx3-ubyte",
    bytes: 4422102,
    md5: "bef4ecab320f06d8554ea6380940ec79",
    unpackedMd5: "8181f5470baa50b63fa0f6fddb340f0a",
  },
  {
    name: "t10k-labels-idx1-ubyte",
    bytes: 5148,
    md5: "bb300cfdad3c16e7a12a480ee83cd310",
    unpackedMd5: "15d484375f8d13e6eb1aabb0c3f46965",
  },
];

/** Folders that serve the official files, tried in this order: Zalando's bucket, its repository, Keras's copy. */
export const fashionMnistMirrors: readonly string[] = [
  "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
  "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
];
