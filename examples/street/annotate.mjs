/**
 * The truth about a drawn picture, as COCO says it: the tracer knows which object every pixel shows, so masks, boxes,
 * polygons and the visibility of joints are read off, not guessed.
 */
import { ImageError, rle } from "limn";

/** Category ids as in COCO, gaps included. */
export const CATEGORIES = [
  {
    id: 1,
    name: "person",
    supercategory: "person",
    keypoints: [
      ...[
        "nose",
        "left_eye",
        "right_eye",
        "left_ear",
        "right_ear",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
      ],
      ...["left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"],
    ],
    skeleton: [
      ...[
        [16, 14],
        [14, 12],
        [17, 15],
        [15, 13],
        [12, 13],
        [6, 12],
        [7, 13],
        [6, 7],
        [6, 8],
        [7, 9],
      ],
      ...[
        [8, 10],
        [9, 11],
        [2, 3],
        [1, 2],
        [1, 3],
        [2, 4],
        [3, 5],
        [4, 6],
        [5, 7],
      ],
    ],
  },
  { id: 2, name: "bicycle", supercategory: "vehicle" },
  { id: 3, name: "car", supercategory: "vehicle" },
  { id: 6, name: "bus", supercategory: "vehicle" },
  { id: 8, name: "truck", supercategory: "vehicle" },
  { id: 10, name: "traffic light", supercategory: "outdoor" },
  { id: 13, name: "stop sign", supercategory: "outdoor" },
  { id: 15, name: "bench", supercategory: "outdoor" },
  { id: 18, name: "dog", supercategory: "animal" },
];

/** Objects of which fewer pixels can be seen are left out. */
const SMALLEST = 40;

/**
 * @param {Uint16Array} ids - object of each pixel, row-major, 0 for background
 * @returns COCO annotation records of one picture, in the order of the objects, without `id` and `image_id`
 */
export function annotate(ids, { camera, annotated }) {
  const { width, height } = camera;
  const seen = new Set();
  const records = [];
  for (const object of annotated) {
    if (seen.has(object.id)) continue; // the members of a crowd share one id
    seen.add(object.id);
    const data = Uint8Array.from(ids, (id) => (id === object.id ? 1 : 0));
    const compressed = rle.encode({ data, width, height });
    const area = rle.area(compressed);
    if (area < SMALLEST) continue;
    const category = CATEGORIES.find(({ name }) => name === object.category);
    const record = {
      category_id: category.id,
      bbox: Array.from(rle.toBbox(compressed)),
      area,
      iscrowd: object.isCrowd ? 1 : 0,
      segmentation: segmentation(data, width, height, compressed, object.isCrowd),
    };
    if (object.joints && !object.isCrowd) {
      record.keypoints = object.joints.flatMap((joint) => keypoint(joint, object.id, ids, camera));
      record.num_keypoints = record.keypoints.filter((value, i) => i % 3 === 2 && value > 0).length;
    }
    records.push(record);
  }
  return records;
}

/** Polygons where they give back exactly the mask, else runs: a list for a crowd, COCO's string otherwise. */
function segmentation(data, width, height, compressed, isCrowd) {
  if (isCrowd) {
    const { size, counts } = rle.encode({ data, width, height }, { compressed: false });
    return { size, counts };
  }
  const rings = outlines(data, width, height);
  if (rings.length <= 12) {
    try {
      if (rle.encode(rle.decode(rle.fromPolygons(rings, height, width))).counts === compressed.counts) return rings;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error; // a ring too small to be a polygon
    }
  }
  return { size: [height, width], counts: compressed.counts };
}

/** [x, y, v]: 2 seen, 1 behind something, 0 out of the picture. */
function keypoint(joint, id, ids, camera) {
  const { width, height } = camera;
  const at = camera.project(joint);
  if (!at || at[0] < 0 || at[1] < 0 || at[0] >= width || at[1] >= height) return [0, 0, 0];
  const [x, y] = at;
  const visible = ids[Math.floor(y) * width + Math.floor(x)] === id;
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10, visible ? 2 : 1];
}

/**
 * The rims of a mask along the corners of its pixels, walked with the mask on the right: one ring [x0, y0, x1, y1, …]
 * each, corners only; holes are rings too.
 */
export function outlines(data, width, height) {
  const inside = (x, y) => x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const rings = [];
  const used = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // the top of a pixel with nothing above: every ring has one
      if (!inside(x, y) || inside(x, y - 1) || used[y * width + x]) continue;
      const ring = [];
      let [px, py, dx, dy] = [x, y, 1, 0];
      do {
        if (dx === 1) used[py * width + px] = 1;
        px += dx;
        py += dy;
        // of the four pixels around this corner, the two ahead: (px, py) is the one to the lower right
        const right = inside(px + (dx > 0 || dy < 0 ? 0 : -1), py + (dy > 0 || dx > 0 ? 0 : -1));
        const left = inside(px + (dx > 0 || dy > 0 ? 0 : -1), py + (dy > 0 || dx < 0 ? 0 : -1));
        if (right && !left) continue;
        ring.push(px, py);
        [dx, dy] = right ? [dy, -dx] : [-dy, dx];
      } while (px !== x || py !== y || dx !== 1 || dy !== 0);
      rings.push(ring);
    }
  }
  return rings;
}
