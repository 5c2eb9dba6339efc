// "Garments": a data set of ten kinds of clothes that this file's neighbours draw, for when there is no Fashion-MNIST.
import { DataError } from "torchlet";
import { drawAnkleBoot, drawBag, drawSandal, drawSneaker } from "./garments/accessories.js";
import { Canvas, type Fabric, SIDE } from "./garments/canvas.js";
import { drawCoat, drawDress, drawPullover, drawShirt, drawTrouser, drawTShirt } from "./garments/clothes.js";
import { createFabric } from "./garments/fabric.js";
import { Random } from "./garments/random.js";
import type { ImageDataset, ImageSplit } from "./image-dataset.js";

export { fashionMnistLabels } from "./labels.js";

/** How many garments to draw, and which. */
export interface GarmentsOptions {
  /** Another seed draws other garments: an integer from 0 to 4294967295. Default 0. */
  seed?: number;
  /** Training images, at most a million. Default 60000, as in Fashion-MNIST. */
  train?: number;
  /** Test images, at most a million. Default 10000, as in Fashion-MNIST. */
  test?: number;
}

/** A kind of garment: how it is drawn, and how freely it lies in the picture. */
interface Kind {
  readonly draw: (canvas: Canvas, fabric: Fabric, random: Random) => void;
  /** The range of its size; 1 fills the picture. */
  readonly size: readonly [number, number];
  /** The farthest it moves to a side, up and down, in pixels. */
  readonly aside: number;
  readonly up: number;
  readonly down: number;
  /** Whether half of them face right; all are drawn facing left. */
  readonly turns: boolean;
}

const top = { size: [0.76, 1.06], aside: 3.5, up: 2.2, down: 3, turns: false } as const;
const narrow = { size: [0.8, 1.08], aside: 6.5, up: 2.2, down: 3, turns: false } as const;
const shoe = { size: [0.62, 1.1], aside: 4, up: 8, down: 3.5, turns: true } as const;
const bag = { size: [0.6, 1.12], aside: 4, up: 5.5, down: 4, turns: false } as const;

/** In the order of the labels. */
const kinds: readonly Kind[] = [
  { draw: drawTShirt, ...top },
  { draw: drawTrouser, ...narrow },
  { draw: drawPullover, ...top },
  { draw: drawDress, ...narrow },
  { draw: drawCoat, ...top },
  { draw: drawSandal, ...shoe },
  { draw: drawShirt, ...top },
  { draw: drawSneaker, ...shoe },
  { draw: drawBag, ...bag },
  { draw: drawAnkleBoot, ...shoe },
];

/** Places the drawing: turned and sheared a little, scaled, moved, sometimes facing the other way. */
function place(canvas: Canvas, kind: Kind, random: Random): void {
  const half = SIDE / 2;
  // The rational half-angle form needs no sine, whose last bit differs between engines.
  const t = random.around(-0.06, 0.06);
  const cosine = (1 - t * t) / (1 + t * t);
  const sine = (2 * t) / (1 + t * t);
  const shear = random.around(-0.1, 0.1);
  const size = random.range(kind.size[0], kind.size[1]);
  const flip = kind.turns && random.chance(0.5) ? -1 : 1;
  const scaleX = size * random.around(0.9, 1.1) * flip;
  const scaleY = size * random.around(0.94, 1.06);
  const xx = cosine * scaleX;
  const xy = (cosine * shear - sine) * scaleY;
  const yx = sine * scaleX;
  const yy = (sine * shear + cosine) * scaleY;
  const moveX = random.around(-kind.aside, kind.aside);
  const moveY = random.around(-kind.up, kind.down);
  canvas.transform(xx, xy, half - xx * half - xy * half + moveX, yx, yy, half - yx * half - yy * half + moveY);
}

/** Turns the drawing into bytes, with the grain of cloth where there is some. */
function develop(canvas: Canvas, random: Random, images: Uint8Array, offset: number): void {
  const exposure = 255 * random.around(0.7, 1.05);
  const grain = (random.range(0.04, 0.2) * exposure) / 256;
  const { pixels } = canvas;
  let bits = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i];
    if (value === 0) continue;
    // One draw serves four pixels.
    bits = bits > 255 ? bits >>> 8 : random.bits();
    const rough = ((bits & 255) - 127.5) * grain;
    const byte = value * exposure + (value < 0.25 ? rough * 4 * value : rough) + 0.5;
    images[offset + i] = byte >= 255 ? 255 : Math.max(byte, 0);
  }
}

/** Labels in equal numbers (the first classes take the remainder), shuffled. */
function shuffledLabels(count: number, random: Random): Uint8Array {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % kinds.length);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const label = labels[i];
    labels[i] = labels[j];
    labels[j] = label;
  }
  return labels;
}

/** Draws one part; `part` keeps the streams of training and test apart. */
function drawSplit(seed: number, count: number, part: number): ImageSplit {
  const random = new Random(seed, part);
  const labels = shuffledLabels(count, random);
  const images = new Uint8Array(count * SIDE * SIDE);
  const canvas = new Canvas();
  const fabric = createFabric();
  for (let i = 0; i < count; i++) {
    random.reset(seed, 2 + part + 2 * i);
    canvas.clear();
    const kind = kinds[labels[i]];
    place(canvas, kind, random);
    kind.draw(canvas, fabric, random);
    develop(canvas, random, images, i * SIDE * SIDE);
  }
  return { images, labels, count };
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DataError("garments-option", {
    path: "makeGarments",
    rule: {
      en: `${name} must be an integer from ${least} to ${most}, got ${value}`,
      zh: `${name} 必须是 ${least} 到 ${most} 之间的整数，得到 ${value}`,
    },
    expected: [least, most],
    received: value,
  });
}

/**
 * Draws the data set "garments": 28 by 28 grey pictures of the ten classes of Fashion-MNIST, equal numbers of each.
 *
 * It needs no file and no network, and the same seed gives the same bytes on every platform; drawing the default 70,000
 * takes about a second. Background is 0, cloth up to 255. It stands in where Fashion-MNIST cannot be had; its numbers are
 * its own (after ten epochs softmax regression is at about 0.75, the chapter's perceptron with a hidden layer at about 0.87)
 * and are not to be compared with those of Fashion-MNIST.
 *
 * @throws DataError `garments-option` if a count or the seed is not an integer in its range
 *
 * @example
 * const { train } = makeGarments({ seed: 1, train: 1000, test: 100 });
 * train.images.length; // 784000
 */
export function makeGarments({ seed = 0, train = 60000, test = 10000 }: GarmentsOptions = {}): ImageDataset {
  checkInteger("seed", seed, 0, 0xffffffff);
  checkInteger("train", train, 1, 1e6);
  checkInteger("test", test, 1, 1e6);
  return {
    name: "garments",
    height: SIDE,
    width: SIDE,
    train: drawSplit(seed, train, 0),
    test: drawSplit(seed, test, 1),
    source: "embedded",
  };
}
