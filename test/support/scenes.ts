/** Seeded scenes for tests that render: every kind of annotation, any size. */
import { Frame } from "../../src/core/frame.ts";
import type { Annotation, Keypoint, Quad, Scene, Skeleton } from "../../src/model/scene.ts";
import { skeletons } from "../../src/model/skeletons.ts";
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

/** Everything that is drawn by lines: boxes of all kinds, ellipses, polylines, points, traces and poses, in two groups. */
export function lineScene(width: number, height: number): Scene {
  const at = (u: number, v: number): [number, number] => [u * width, v * height];
  const wave = (u: number, v: number, n: number): number[] =>
    Array.from({ length: n }, (_, i) => at(u + (0.3 * i) / n, v + 0.0012 * ((i * 37) % 60))).flat();
  const ring = (n: number, u: number, v: number, size: number): Keypoint[] =>
    Array.from({ length: n }, (_, i) => {
      const [x, y] = at(u + (size * ((i * 7) % n)) / n, v + (size * ((i * 3) % n)) / n);
      return { x, y, visibility: (i % 5 === 4 ? 1 : 2) as 1 | 2, score: i % 9 === 8 ? 0.1 : 0.9 };
    });
  const box = (u: number, v: number, w: number, h: number, rotation = 0) => {
    const [x, y] = at(u, v);
    return { x, y, width: w * width, height: h * height, rotation };
  };
  const marks: Annotation[] = [
    { box: box(0.03, 0.08, 0.15, 0.2) },
    { box: box(0.22, 0.1, 0.12, 0.15, 25) },
    { box: { x: 0.4, y: 0.08, width: 0.14, height: 0.18, normalized: true } },
    {
      quad: [...at(0.6, 0.08), ...at(0.76, 0.12), ...at(0.72, 0.3), ...at(0.58, 0.24)] as unknown as Annotation["quad"],
    },
    { ellipse: { x: 0.87 * width, y: 0.18 * height, radiusX: 0.1 * width, radiusY: 0.07 * height, rotation: 30 } },
    { polyline: { points: wave(0.03, 0.4, 12), arrow: "both" } },
    { polyline: { points: wave(0.4, 0.4, 9) } },
    { polyline: { points: [...at(0.75, 0.4), ...at(0.95, 0.42), ...at(0.9, 0.55), ...at(0.78, 0.5)], closed: true } },
    { points: wave(0.03, 0.55, 6) },
    { trace: wave(0.4, 0.55, 60), box: box(0.68, 0.55, 0.05, 0.08) },
    { keypoints: { points: ring(17, 0.03, 0.65, 0.2), skeleton: skeletons.person } },
    { keypoints: { points: ring(21, 0.28, 0.65, 0.2), skeleton: skeletons.hand } },
    { keypoints: { points: ring(68, 0.53, 0.65, 0.2), skeleton: skeletons.face } },
    { keypoints: { points: ring(21, 0.78, 0.65, 0.2) } },
  ];
  return {
    width,
    height,
    annotations: marks.map((mark, i) => ({
      ...mark,
      categoryId: i,
      category: NAMES[i % NAMES.length],
      group: i % 2 ? "ground truth" : "predictions",
    })),
  };
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
