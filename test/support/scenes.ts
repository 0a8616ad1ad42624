/** Seeded scenes for tests that render: every kind of annotation, any size. */
import { Frame } from "../../src/core/frame.ts";
import type { Annotation, Scene, Skeleton, Quad } from "../../src/model/scene.ts";
import { random, randomInt } from "./random.ts";

const SKELETON: Skeleton = {
  name: "kite",
  points: ["top", "left", "right", "middle", "tail"],
  edges: [
    [0, 1],
    [0, 2],
    [1, 3],
    [2, 3],
    [3, 4],
  ],
};

const NAMES = ["car", "person", "traffic light", "Straßenbahn", "собака", "Ποδήλατο", "dog", "bus", "日本"];

/** A frame that looks like a photo from afar: slopes, waves and grain. */
export function testFrame(width: number, height: number, seed = 1, alpha = false): Frame {
  const next = random(seed);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const wave = ((x * 7) ^ (y * 5)) & 31;
      const grain = Math.floor(next() * 9);
      data[at] = (x * 200) / width + wave + grain;
      data[at + 1] = (y * 200) / height + grain;
      data[at + 2] = 90 + wave + grain;
      data[at + 3] = alpha ? (x * 255) / width : 255;
    }
  }
  return Frame.fromRgba(data, width, height, alpha ? "RGBA" : "RGB");
}

/** A scene of `count` objects, some of them reaching out of the picture. */
export function testScene(width: number, height: number, count: number, seed = 1): Scene {
  const next = random(seed);
  const annotations: Annotation[] = [];
  for (let i = 0; i < count; i++) {
    const w = 4 + next() * width * 0.4;
    const h = 4 + next() * height * 0.4;
    const x = next() * width - w / 3;
    const y = next() * height - h / 3;
    const category = randomInt(next, 0, NAMES.length - 1);
    const kind = i % 4;
    annotations.push({
      id: i,
      category: NAMES[category],
      categoryId: category,
      score: kind === 3 ? undefined : next(),
      group: next() < 0.5 ? "ground truth" : "predictions",
      trackId: i % 5,
      box: { x, y, width: w, height: h },
      segmentation:
        kind === 0
          ? { kind: "polygon", parts: [{ outline: [x, y + h / 2, x + w / 2, y, x + w, y + h / 2, x + w / 2, y + h] }] }
          : kind === 1
            ? { kind: "rle", rle: { size: [height, width], counts: stripes(width * height, next) } }
            : undefined,
      keypoints:
        kind === 2
          ? {
              skeleton: SKELETON,
              points: [
                [0.5, 0.05],
                [0.1, 0.4],
                [0.9, 0.4],
                [0.5, 0.6],
                [0.5, 0.95],
              ].map(([u, v], k) => ({ x: x + w * u!, y: y + h * v!, visibility: ((i + k) % 3) as 0 | 1 | 2 })),
            }
          : undefined,
    });
  }
  return { width, height, annotations };
}

/** Run lengths of a mask of vertical smears. */
function stripes(pixels: number, next: () => number): number[] {
  const counts: number[] = [];
  let left = pixels;
  while (left > 0) {
    const run = Math.min(left, 1 + Math.floor(next() ** 3 * pixels * 0.2));
    counts.push(run);
    left -= run;
  }
  return counts;
}

/** Texts in every direction that a text may have, for a picture of 450 x 320. */
export function testTexts(): Annotation[] {
  const texts: [text: string, quad: Quad][] = [
    ["東京のバス停", [20, 30, 55, 30, 55, 190, 20, 190]],
    ["Side entrance", [100, 30, 125, 30, 125, 190, 100, 190]],
    ["30° سيارة", [165, 40, 305, 110, 295, 131, 155, 61]],
    ["Upside down", [430, 80, 310, 80, 310, 55, 430, 55]],
    ["보행자 자동차", [320, 150, 430, 120, 440, 165, 330, 195]],
    ["perspective", [165, 165, 300, 140, 300, 230, 165, 195]],
    ["مرحبا بالعالم", [30, 230, 165, 235, 165, 260, 30, 255]],
    ["ภาษาไทย", [200, 262, 290, 262, 290, 286, 200, 286]],
    ["x", [350, 250, 360, 250, 360, 265, 350, 265]],
  ];
  return texts.map(([text, quad], i) => ({ text, quad, score: 0.99 - i / 10 }));
}
