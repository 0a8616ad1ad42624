// Draws docs/gallery: every kind of mark on the project's own pictures. `node examples/gallery.mjs` writes the pictures and
// prints the README's table of them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  addCaption,
  contactSheet,
  crop,
  cropGallery,
  decodeImage,
  differenceOverlay,
  encodeJpeg,
  encodePng,
  Frame,
  render,
  renderToPng,
  resize,
  sideBySide,
} from "limn";
import { readCoco } from "limn/format";

const path = (name) => new URL(name, import.meta.url);
const out = path("../docs/gallery/");
const scenes = new Map();
for (const scene of readCoco(readFileSync(path("sample/instances.json"))).scenes)
  scenes.set(scene.fileName.replace(/^.*\/|\.jpg$/g, ""), scene);
const photo = (name) => decodeImage(readFileSync(path(`sample/images/${scenes.get(name).fileName}`)));

/** The objects of a picture without some of their parts, and with others. */
function objects(name, change = (object) => object) {
  const scene = scenes.get(name);
  return { ...scene, annotations: scene.annotations.map(change).filter(Boolean) };
}
const masksOf = ({ segmentation, category, categoryId }) => ({ segmentation, category, categoryId });
const boxesOf = ({ box, category, categoryId }, i) => ({
  box,
  category,
  categoryId,
  score: 0.97 - ((i * 7) % 11) * 0.04,
});
const posesOf = ({ keypoints, box, category, categoryId }) => keypoints && { keypoints, box, category, categoryId };

/** Draw a scene on a picture. */
function drawn(name, scene, style) {
  return render(photo(name), scene, style);
}

/** Seeded numbers in [0, 1). */
function seeded(state) {
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Boxes as a model would find them: a little off, one missed, one too many. */
function guessed(scene) {
  const random = seeded(11);
  const near = (value) => value + (random() - 0.5) * 14;
  const found = scene.annotations.slice(0, -1).map(({ box, category, categoryId }) => ({
    box: { x: near(box.x), y: near(box.y), width: Math.max(8, near(box.width)), height: Math.max(8, near(box.height)) },
    category,
    categoryId,
    score: 0.62 + random() * 0.37,
    group: "predictions",
  }));
  const truth = scene.annotations.map(({ box, category, categoryId }) => ({
    box,
    category,
    categoryId,
    group: "ground truth",
  }));
  return { ...scene, annotations: [...truth, ...found] };
}

/** A wall with signs, drawn by limn itself: what an OCR model reads. */
function signs() {
  const [width, height] = [640, 420];
  const boards = [
    { text: "BAKERY", at: [40, 60, 300, 36, 304, 116, 44, 140], color: 0x9c3b2e },
    { text: "Open 7 to 18", at: [60, 172, 260, 160, 262, 200, 62, 212], color: 0x2f4858 },
    { text: "Books & Maps", at: [356, 48, 604, 84, 596, 150, 348, 114], color: 0x33658a },
    { text: "EXIT", at: [540, 220, 590, 220, 590, 380, 540, 380], color: 0x3f7d4e },
    { text: "Fresh bread, cheese, olives", at: [48, 270, 470, 300, 466, 350, 44, 320], color: 0x6d597a },
  ];
  const frame = Frame.create(width, height, { fill: 0xcbbfa8 });
  const random = seeded(5);
  const bricks = [];
  for (let row = 0; row < 21; row++)
    for (let column = -1; column < 10; column++) {
      const x = column * 70 + (row % 2) * 35;
      const shade = 0xb4 + Math.floor(random() * 24);
      bricks.push({
        box: { x, y: row * 20, width: 67, height: 17 },
        color: (shade << 16) | ((shade - 30) << 8) | (shade - 54),
      });
    }
  const plain = { showLabels: false, boxWidth: 0, boxFill: 1 };
  render(frame, { width, height, annotations: bricks }, { ...plain, colorBy: "category" });
  const scene = { width, height, annotations: boards.map(({ text, at, color }) => ({ text, quad: at, color })) };
  render(frame, scene, { textPlacement: "inside" });
  return { frame, scene: { width, height, annotations: boards.map(({ text, at: quad }) => ({ text, quad })) } };
}

/** Where something is looked at. */
function glances(name) {
  const random = seeded(3);
  const points = [];
  for (const { box, category } of scenes.get(name).annotations)
    for (let i = category === "person" || category === "dog" ? 30 : 6; i > 0; i--)
      points.push(
        box.x + (box.width * (random() + random())) / 2,
        box.y + (box.height * (random() + random() + random())) / 4,
      );
  return { ...scenes.get(name), annotations: [], heatMaps: [{ kind: "points", points, radius: 22 }] };
}

/** A star on a disc, its edges soft. */
function star(size) {
  const data = new Uint8Array(size * size * 4);
  const middle = size / 2;
  const at = (x, y) => {
    const [dx, dy] = [(x - middle) / middle, (y - middle) / middle];
    const distance = Math.hypot(dx, dy);
    const angle = Math.abs((((Math.atan2(dx, -dy) / Math.PI) * 5 + 11) % 2) - 1);
    // from the tips at 0.72 to the notches at 0.3
    const rim = 0.216 / (0.3 + angle ** 1.3 * 0.42) < distance ? 0 : 1;
    return distance > 0.98 ? undefined : rim ? [255, 255, 255] : [214, 90, 20];
  };
  for (let i = 0; i < size * size; i++) {
    const sums = [0, 0, 0, 0];
    for (let part = 0; part < 16; part++) {
      const color = at((i % size) + ((part % 4) + 0.5) / 4, Math.floor(i / size) + (Math.floor(part / 4) + 0.5) / 4);
      if (color) for (const [k, value] of [...color, 255].entries()) sums[k] += value;
    }
    const covered = sums[3] / 255;
    for (let k = 0; k < 3; k++) data[i * 4 + k] = covered ? Math.round(sums[k] / covered) : 0;
    data[i * 4 + 3] = Math.round(sums[3] / 16);
  }
  return { data, width: size, height: size };
}

/** An object as a network sees it: sure in its middle, less towards its edge. */
function probable({ box, category }) {
  if (category !== "person" && category !== "dog") return undefined;
  const { width, height } = scenes.get("bench");
  const data = new Float32Array(width * height);
  const [x0, y0] = [box.x + box.width / 2, box.y + box.height / 2];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data[y * width + x] = Math.exp(-(((x - x0) / box.width) ** 2 + ((y - y0) / box.height) ** 2) * 5);
  return { segmentation: { kind: "soft", data, width, height }, category };
}

/** One entry for each picture: what it shows, the style that made it, and how. */
const PICTURES = [
  {
    name: "boxes",
    title: "Boxes",
    style: { boxRadius: 6, boxFill: 0.12, label: "{category} {score:.0%}" },
    make: (style) => drawn("crossing", objects("crossing", boxesOf), style),
  },
  {
    name: "masks",
    title: "Masks, boxes, poses: no style at all",
    style: {},
    make: (style) => drawn("market", scenes.get("market"), style),
  },
  {
    name: "turned",
    title: "Turned boxes and free corners, dashed",
    style: { boxWidth: 3, groupLines: { turned: "dashed" }, label: "{category}" },
    make(style) {
      const scene = objects("crossing", boxesOf);
      const turned = [
        { category: "lane mark", quad: [450, 442, 473, 442, 492, 472, 469, 473] },
        { category: "crossing", box: { x: 392, y: 349, width: 128, height: 38, rotation: 45 } },
        { category: "awning", quad: [499, 168, 638, 144, 638, 172, 499, 189] },
      ].map((object, i) => ({ ...object, categoryId: 20 + i * 2, group: "turned" }));
      return drawn("crossing", { ...scene, annotations: [...scene.annotations, ...turned] }, style);
    },
  },
  {
    name: "soft",
    title: "Soft masks: opacity is probability",
    style: { maskAlpha: 0.8, maskOutline: 0, boxWidth: 0, colorBy: "instance" },
    make: (style) => drawn("bench", objects("bench", probable), style),
    cut: { x: 0, y: 100, width: 480, height: 360 },
  },
  {
    name: "icons",
    title: "Icons; boxes by their corners",
    style: { iconAnchor: "top", iconSize: 30, boxCorners: true, boxWidth: 3, showLabels: false },
    make(style) {
      const badge = star(40);
      const scene = objects("market", ({ box, category }) => category === "person" && { box, category, icon: badge });
      return drawn("market", scene, style);
    },
  },
  {
    name: "halo",
    title: "Outline and halo",
    style: { maskAlpha: 0.15, maskOutline: 2, maskHalo: 14, colorBy: "instance", showLabels: false },
    make: (style) => drawn("evening", objects("evening", masksOf), style),
  },
  {
    name: "dim",
    title: "Hatch patterns, dimmed background",
    style: { dim: 0.6, maskAlpha: 0.25, maskHatch: "diagonal", maskHatches: { person: "dots" } },
    make: (style) => drawn("crossing", objects("crossing", masksOf), style),
  },
  {
    name: "poses",
    title: "Keypoints",
    style: { boxWidth: 0, showLabels: false, limbWidth: 4, keypointRadius: 4 },
    make(style) {
      const frame = drawn("bench", objects("bench", posesOf), style);
      return crop(frame, { x: 0, y: 130, width: 480, height: 330 });
    },
  },
  {
    name: "crowd",
    title: "Labels that never collide, with leaders",
    style: { boxWidth: 1, fontSize: 11, colorBy: "instance", declutter: "all" },
    make(style) {
      const random = seeded(9);
      const heads = Array.from({ length: 24 }, (_, i) => 103 + i * 10);
      const crowd = heads.map((x, i) => ({ x, y: 193 + ((i * 5) % 7), width: 10, height: 60 }));
      const scene = objects("market", boxesOf);
      const people = crowd.map((box) => ({ category: "person", score: 0.5 + random() / 2, box }));
      const others = scene.annotations.filter(({ box }) => box.width < 240);
      return drawn("market", { ...scene, annotations: [...people, ...others] }, style);
    },
  },
  {
    name: "text",
    title: "Texts, beside what they read",
    style: { textPlacement: "under" },
    make: (style) => read(style),
  },
  {
    name: "text-inside",
    title: "Texts in the direction of their quads",
    style: { textPlacement: "inside", colorBy: "instance" },
    make: (style) => read(style),
  },
  {
    name: "classes",
    title: "Classes, legend and caption",
    style: { legend: "bottom-right", caption: true, topK: 3, showLabels: false },
    make(style) {
      const caption = "A market street at noon, with a van, a bench and a dog that looks for its owner.";
      const classifications = [
        { category: "street", score: 0.83 },
        { category: "market", score: 0.12 },
        { category: "parking lot", score: 0.03 },
      ];
      return decodeImage(
        renderToPng(photo("market"), { ...objects("market", masksOf), caption, classifications }, style),
      );
    },
  },
  {
    name: "shapes",
    title: "Ellipses, lines, arrows, traces, points",
    style: { shapeWidth: 3, shapeFill: 0.15, traceWidth: 7, pointRadius: 5, pointMarker: "star" },
    make: (style) => drawn("crossing", shapes(), style),
  },
  {
    name: "feet",
    title: "Marks in place of boxes",
    style: { boxMark: "ellipse", boxWidth: 3, colorBy: "instance", label: "#{id}" },
    make: (style) =>
      drawn(
        "market",
        objects(
          "market",
          ({ box, category }, i) => category === "person" && box.width < 100 && { id: i, box, category },
        ),
        style,
      ),
  },
  {
    name: "heat",
    title: "Heat map with its bar",
    style: { heatMapBar: "bottom-right", heatMapAlpha: 0.75 },
    make: (style) => drawn("market", glances("market"), style),
  },
  {
    name: "privacy",
    title: "Privacy: pixelated for good",
    style: { privacyCategories: ["person"], privacySize: 8, showLabels: false },
    make(style) {
      return drawn(
        "bench",
        objects("bench", ({ segmentation, category }) => ({ segmentation, category })),
        {
          ...style,
          maskAlpha: 0,
          maskOutline: 0,
        },
      );
    },
    cut: { x: 0, y: 130, width: 480, height: 330 },
  },
  {
    name: "label-map",
    title: "Label map with borders",
    style: { labelMapAlpha: 0.55, labelMapBorder: 2, labelMapBorderColor: "#ffffff", legend: "top-left" },
    make: (style) => drawn("market", panoptic("market"), style),
  },
  {
    name: "crops",
    title: "cropGallery",
    style: { label: "{category}", maskAlpha: 0.25 },
    make(style) {
      const frame = photo("noon");
      return cropGallery(frame, objects("noon", masksOf), style, { columns: 5, cellWidth: 120, cellHeight: 120 });
    },
  },
  {
    name: "sheet",
    title: "contactSheet",
    style: {},
    make(style) {
      const names = ["noon", "crossing", "evening", "market"];
      const frames = names.map((name) => drawn(name, scenes.get(name), { ...style, showLabels: false }));
      return contactSheet(frames, { columns: 2, cellWidth: 306, cellHeight: 204, captions: names });
    },
  },
  {
    name: "side-by-side",
    title: "sideBySide: ground truth and prediction",
    style: { fontSize: 16 },
    make(style) {
      const pair = sideBySide(photo("crossing"), guessed(objects("crossing")), style);
      return resize(pair, { width: 960 });
    },
  },
  {
    name: "groups",
    title: "Ground truth dashed, prediction solid",
    style: { categories: ["car", "truck", "bicycle"], label: "{category} {score:.2f}" },
    make: (style) => drawn("crossing", guessed(objects("crossing")), style),
  },
  {
    name: "difference",
    title: "differenceOverlay: what only one of two has",
    style: {},
    make: (style) => differenceOverlay(photo("crossing"), guessed(objects("crossing")), style),
  },
];

function read(style) {
  const { frame, scene } = signs();
  return render(frame, scene, style);
}

function shapes() {
  const { width, height, annotations } = scenes.get("crossing");
  const boxOf = (index) => annotations[index].box;
  const middle = ({ x, y, width: w, height: h }) => [x + w / 2, y + h / 2];
  const [carX, carY] = middle(boxOf(4));
  const { x, y, width: w, height: h } = boxOf(1);
  const walk = Array.from({ length: 26 }, (_, i) => [40 + i * 6.6, 392 - i * 1.1 + 7 * Math.sin(i / 2.5)]).flat();
  return {
    width,
    height,
    annotations: [
      { ellipse: { x: carX, y: carY, radiusX: 72, radiusY: 46 }, category: "car", categoryId: 3 },
      { polyline: { points: [318, 462, 322, 400, 300, 330], arrow: "end" }, category: "turn", categoryId: 12 },
      {
        polyline: { points: [452, 400, 628, 392, 636, 468, 430, 474], closed: true },
        category: "no stopping",
        categoryId: 7,
      },
      { trace: walk, category: "track 4", categoryId: 1 },
      { points: [x + w / 2, y + 8, x + w / 2, y + h / 2, x + w / 2, y + h - 6], category: "click", categoryId: 5 },
    ],
  };
}

/** The classes of the masks, on road and sky. */
function panoptic(name) {
  const scene = scenes.get(name);
  const { width, height } = scene;
  const data = new Uint8Array(width * height);
  const layer = Frame.create(width, height, { fill: 0 });
  const ids = new Map();
  const classes = new Map();
  for (const { category } of scene.annotations) if (!ids.has(category)) ids.set(category, ids.size + 1);
  for (const [category, id] of ids) classes.set(id, category);
  // painted as colours that are the ids
  const colors = Object.fromEntries(ids);
  render(
    layer,
    objects(name, ({ segmentation, category }) => ({ segmentation, category })),
    {
      colors,
      maskAlpha: 1,
      maskOutline: 0,
      showLabels: false,
    },
  );
  const rgba = layer.toRgba();
  for (let i = 0; i < data.length; i++) data[i] = rgba[i * 4 + 2];
  return { width, height, annotations: [], labelMaps: [{ data, width, height, classes }] };
}

const only = process.argv[2];
mkdirSync(out, { recursive: true });
const rows = [];
for (const { name, title, style, make, cut } of PICTURES) {
  if (only && !name.includes(only)) continue;
  let frame = make(style);
  if (cut) frame = crop(frame, cut);
  let quality = 85;
  let bytes = encodeJpeg(frame, { quality });
  while (bytes.length > 60_000) bytes = encodeJpeg(frame, { quality: (quality -= 5) });
  writeFileSync(new URL(`${name}.jpg`, out), bytes);
  if (process.env.GALLERY_PNG) writeFileSync(`${process.env.GALLERY_PNG}/${name}.png`, encodePng(frame));
  console.error(`${name}: ${frame.width} x ${frame.height}, ${bytes.length} bytes, quality ${quality}`);
  const code = JSON.stringify(style)
    .replace(/([{,])"([A-Za-z]\w*)":/g, "$1 $2: ")
    .replace(/","/g, '", "')
    .replace(/(?<!\{)\}(?=[,}]|$)/g, " }");
  rows.push(`![${title}](docs/gallery/${name}.jpg)<br>**${title}**<br>\`${code}\``);
  frame.free();
}
console.log("| | |\n| --- | --- |");
for (let i = 0; i < rows.length; i += 2) console.log(`| ${rows[i]} | ${rows[i + 1] ?? ""} |`);
