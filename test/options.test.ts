/** Options that no caller can mean: every public function says what it expected, or works as without them. */
import { expect, test } from "vitest";
import * as format from "../src/format/index.ts";
import * as limn from "../src/index.ts";
import { missing, type OptionsCall, testNonsenseOptions } from "./support/nonsense.ts";

const { deepdriver, Frame, Image, rle } = limn;

const PIXELS = { data: new Uint8Array(48), shape: [4, 4, 3] };
const PNG = limn.encodePng(PIXELS);
const JPEG = limn.encodeJpeg(PIXELS);
const BOX = { x: 1, y: 1, width: 2, height: 2 };
const SCENE: limn.Scene = { width: 4, height: 4, annotations: [{ box: BOX, category: "cat" }] };
const BOXES = { box_data: [{ position: { minX: 0, maxX: 0.5, minY: 0, maxY: 0.5 }, class_id: 1 }] };
const MASK = { mask_data: [[1]] };
const RLE = { size: [2, 2], counts: [1, 3] } as const;
const SAID: Readonly<Record<string, object>> = {
  Classification: { category: "cat", score: 1 },
  Detection: { objects: [] },
  Keypoint: { objects: [] },
  Ocr: { objects: [] },
  InstanceSegmentation: { objects: [] },
  SemanticSegmentation: { stuffs: [] },
};
const COCO = { images: [{ id: 1, width: 4, height: 4, file_name: "a.png" }], annotations: [], categories: [] };
const CODED = ["level", "quality", "subsampling", "background"];

/** A call with a frame of its own. */
const drawn =
  (work: (frame: limn.Frame, options: never) => unknown): OptionsCall["call"] =>
  (options) => {
    using frame = Frame.create(4, 4, { fill: 0 });
    const result = work(frame, options);
    if (result instanceof Frame && result !== frame) result.free();
  };

const freed = (frame: unknown): void => (frame as limn.Frame).free();
const files = (): format.MemoryFiles => new format.MemoryFiles([["a.json", JSON.stringify(COCO)]]);

const LIMN: Readonly<Record<string, OptionsCall>> = {
  // pictures
  "Frame.create": { call: (options) => freed(Frame.create(4, 4, options)), inner: ["fill"] },
  decodeImage: { call: (options) => freed(limn.decodeImage(PNG, options)), inner: ["orientation", "expect"] },
  decodeImageAsync: {
    call: async (options) => freed(await limn.decodeImageAsync(PNG, options)),
    inner: ["orientation", "expect", "fallback"],
  },
  decodePng: { call: (options) => limn.decodePng(PNG, options), inner: ["as"] },
  decodeJpeg: { call: (options) => limn.decodeJpeg(JPEG, options), inner: ["as", "lenient"] },
  encodePng: { call: (options) => limn.encodePng(PIXELS, options), inner: CODED },
  encodeJpeg: { call: (options) => limn.encodeJpeg(PIXELS, options), inner: CODED },
  encodeIndexedPng: {
    call: (options) => limn.encodeIndexedPng(new Uint8Array(4), 2, 2, options),
    base: { palette: [0, 0xffffff] },
    inner: ["palette", "alpha", "level", "bitDepth"],
  },
  encodeClassMap: {
    call: (options) => limn.encodeClassMap(new Uint8Array(4), 2, 2, options),
    inner: ["colors", "level", "ignore"],
  },
  toUint8: { call: (options) => limn.toUint8(PIXELS, options), inner: ["policy", "range"] },
  pixelsToUint8: { call: (options) => limn.pixelsToUint8(PIXELS, options), inner: ["policy", "range", "mode"] },
  pixelsToFrame: { call: (options) => freed(limn.pixelsToFrame(PIXELS, options)), inner: ["policy", "range"] },
  guessMode: { call: (options) => limn.guessMode(PIXELS, options), inner: ["generation", "fileType"] },
  // masks
  "rle.encode": {
    call: (options) => rle.encode({ data: [0, 1], width: 1, height: 2 }, options),
    inner: ["compressed"],
  },
  "rle.merge": { call: (options) => rle.merge([RLE, RLE], options), inner: ["intersect", "compressed"] },
  "rle.fromPolygons": {
    call: (options) => rle.fromPolygons([[0, 0, 3, 0, 3, 3]], 4, 4, options),
    inner: ["compressed"],
  },
  "rle.parse": {
    call: (options) => rle.parse("1 2", options),
    base: { layout: "kaggle", size: [4, 4] },
    inner: ["size", "layout", "box", "order", "compressed"],
  },
  "rle.format": {
    call: (options) => rle.format(RLE, options),
    base: { layout: "cvat", size: [4, 4] },
    inner: ["layout", "box", "order"],
  },
  "rle.iou": { call: (crowd) => rle.iou([RLE], [RLE], crowd) },
  // drawing
  render: { call: drawn((frame, style) => limn.render(frame, SCENE, style)), inner: ["boxColor", "categories"] },
  renderToPng: { call: drawn((frame, style) => limn.renderToPng(frame, SCENE, style)) },
  "renderToPng, encoded": {
    call: drawn((frame, options) => limn.renderToPng(frame, SCENE, {}, options)),
    inner: CODED,
  },
  renderToJpeg: { call: drawn((frame, style) => limn.renderToJpeg(frame, SCENE, style)) },
  "renderToJpeg, encoded": {
    call: drawn((frame, options) => limn.renderToJpeg(frame, SCENE, {}, options)),
    inner: CODED,
  },
  addCaption: { call: drawn((frame, style) => limn.addCaption(frame, "a cat", style)) },
  parseStyle: { call: (style) => limn.parseStyle(style), inner: ["boxColor", "colors", "palette", "labelTag"] },
  layoutLabels: { call: (style) => limn.layoutLabels(SCENE, style) },
  registerFont: { call: async (options) => limn.registerFont(new Uint8Array(4), options), inner: ["name", "index"] },
  crop: {
    call: drawn((frame, options) => limn.crop(frame, BOX, options)),
    inner: ["padding", "outside", "background", "cornerRadius", "circle"],
  },
  resize: {
    call: drawn((frame, options) => limn.resize(frame, options)),
    base: { width: 2 },
    inner: ["width", "height", "fit", "method"],
  },
  concat: {
    call: drawn((frame, options) => limn.concat([frame], options)),
    inner: ["direction", "align", "gap", "background"],
  },
  contactSheet: {
    call: drawn((frame, options) => limn.contactSheet([frame], options)),
    inner: ["columns", "cellWidth", "cellHeight", "captions", "title", "colors", "gap", "background", "fontSize"],
  },
  cropGallery: {
    call: drawn((frame, options) => limn.cropGallery(frame, SCENE, {}, options)),
    inner: ["padding", "annotated", "columns", "title", "background"],
  },
  "cropGallery, style": { call: drawn((frame, style) => limn.cropGallery(frame, SCENE, style)) },
  sideBySide: {
    call: drawn((frame, options) => limn.sideBySide(frame, [SCENE, SCENE], {}, options)),
    inner: ["titles", "direction", "gap", "background"],
  },
  "sideBySide, groups": {
    call: drawn((frame, options) => limn.sideBySide(frame, SCENE, {}, options)),
    base: { groups: ["a", "b"] },
    inner: ["groups", "titles"],
  },
  "sideBySide, style": { call: drawn((frame, style) => limn.sideBySide(frame, [SCENE, SCENE], style)) },
  differenceOverlay: {
    call: drawn((frame, options) => limn.differenceOverlay(frame, [SCENE, SCENE], {}, options)),
    inner: ["names", "colors", "alpha", "legend"],
  },
  "differenceOverlay, groups": {
    call: drawn((frame, options) => limn.differenceOverlay(frame, SCENE, {}, options)),
    base: { groups: ["a", "b"] },
    inner: ["groups"],
  },
  "differenceOverlay, style": { call: drawn((frame, style) => limn.differenceOverlay(frame, [SCENE, SCENE], style)) },
  // images with their annotations
  "new Image": {
    call: (options) => new Image(PIXELS, options),
    inner: [
      ...["mode", "caption", "grouping", "classes", "boxes", "masks", "fileType", "normalize", "orientation"],
      ...["fileName", "generation", "strict"],
    ],
  },
  "new Image(file)": { call: (options) => new Image(PNG, options), inner: ["normalize", "orientation", "fileName"] },
  "Image.open": {
    call: async (options) => Image.open(new Blob([PNG]), options),
    inner: ["signal", "classes", "caption", "fileName"],
  },
  "Image.guessMode": { call: (options) => Image.guessMode(PIXELS, options) },
  "Image.toUint8": { call: (options) => Image.toUint8(PIXELS, options) },
  "Image.toPng": { call: (options) => new Image(PIXELS).toPng(options), inner: ["overlays", "style", "level"] },
  "Image.toJpeg": { call: (options) => new Image(PIXELS).toJpeg(options), inner: ["overlays", "style", "quality"] },
  "Image.render": { call: (style) => freed(new Image(PIXELS).render(style)) },
  "new BoundingBoxes2D": { call: (options) => new limn.BoundingBoxes2D(BOXES, "a", options), inner: ["strict"] },
  "new ImageMask": { call: (options) => new limn.ImageMask(MASK, "a", options), inner: ["strict"] },
  "new Html": { call: (options) => new limn.Html("<p>", options), inner: ["inject"] },
  // runs and artifacts
  "new Run": {
    call: (options) => new limn.Run(options)[Symbol.dispose](),
    base: { mode: "memory" },
    inner: ["dir", "project", "name", "notes", "tags", "group", "config", "mode", "generation", "id", "clock"],
  },
  init: { call: (options) => limn.init(options)[Symbol.dispose](), base: { mode: "memory" }, inner: ["config"] },
  "Run.log": {
    call: async (options) => {
      using run = new limn.Run({ mode: "memory" });
      await run.log({ a: 1 }, options);
    },
    inner: ["step", "commit"],
  },
  log: {
    call: async (options) => {
      using _ = limn.init({ mode: "memory" });
      await limn.log({ a: 1 }, options);
    },
  },
  "new Artifact": {
    call: (options) => new limn.Artifact("a", "b", options).manifest,
    inner: ["description", "metadata", "generation"],
  },
  "Artifact.add": {
    call: (options) => new limn.Artifact("a", "b").add(new Image(PNG), "c", options),
    inner: ["overwrite"],
  },
  "new Table": {
    call: (options) => new limn.Table(options),
    base: { columns: ["a"] },
    inner: ["columns", "data", "allowMixedTypes", "generation"],
  },
  "new SummaryWriter": { call: (options) => new limn.SummaryWriter(options), inner: ["format", "clock"] },
  "SummaryWriter.addScalar": {
    call: (options) => new limn.SummaryWriter().addScalar("a", 1, 1, options),
    inner: ["description", "displayName"],
  },
  "SummaryWriter.addImage": { call: (options) => new limn.SummaryWriter().addImage("a", PNG, 1, options) },
  "SummaryWriter.addText": { call: (options) => new limn.SummaryWriter().addText("a", "b", 1, options) },
  "deepdriver.Image": { call: (options) => new deepdriver.Image(PIXELS, options), inner: ["caption", "boxes"] },
  "deepdriver.BoundingBoxes": {
    call: (options) => new deepdriver.BoundingBoxes({ key: "a", ...BOXES } as never, options),
    inner: ["strict"],
  },
  "deepdriver.Run": {
    call: (options) => new deepdriver.Run(options),
    base: { mode: "memory" },
    inner: ["expName", "teamName", "runName", "config", "dir", "mode"],
  },
  "deepdriver.init": { call: (options) => deepdriver.init(options), base: { mode: "memory" }, inner: ["config"] },
  "deepdriver.Artifacts": {
    call: (options) => new deepdriver.Artifacts(options),
    base: { name: "a", type: "b" },
    inner: ["name", "type", "desc", "metaData"],
  },
  "deepdriver.getArtifact": {
    call: (options) => deepdriver.getArtifact(options),
    base: { name: "a", type: "b", store: deepdriver.memoryArtifacts() },
    inner: ["store"],
  },
  // tasks
  runTask: {
    call: (options) =>
      limn.runTask({ task: "TASK_DRAW_CLASSIFICATION", input: { image: PNG, ...SAID["Classification"] } }, options),
    inner: ["style", "output"],
  },
  runTasks: { call: (options) => limn.runTasks(PNG, [], options), inner: ["style", "output"] },
  ...Object.fromEntries(
    Object.entries(SAID).map(([name, output]) => {
      const draw = (limn as never as Record<string, typeof limn.drawOcr>)[`draw${name}`]!;
      return [`draw${name}`, { call: (options) => draw(PNG, output, options), inner: ["style", "output"] }];
    }),
  ),
};

const FORMAT: Readonly<Record<string, OptionsCall>> = {
  ...Object.fromEntries(
    format.formats.flatMap((each) => [
      [`${each.name}.read`, { call: async (options) => each.read(files(), options), inner: ["images"] }],
      [
        `${each.name}.write`,
        {
          call: async (options) => each.write?.({ scenes: [SCENE], categories: [] }, new format.MemoryFiles(), options),
          inner: ["images", "split"],
        },
      ],
    ]),
  ),
  "yolo.write, task": {
    call: async (options) => format.yolo.write!({ scenes: [SCENE], categories: [] }, new format.MemoryFiles(), options),
    inner: ["task"],
  },
  openDataset: {
    call: async (options) => format.openDataset(files(), options),
    inner: ["format", "look", "images", "strict"],
  },
  readCoco: { call: (options) => format.readCoco(COCO, options), inner: ["strict", "group", "annotations"] },
  readDataset: { call: (options) => format.readDataset(COCO, options), inner: ["strict"] },
  readInstill: {
    call: (options) => format.readInstill(SAID["Classification"], options),
    inner: ["task", "size", "lenient", "canonical", "report"],
  },
  writeWandbBoxes: { call: (options) => format.writeWandbBoxes(SCENE.annotations, options), inner: ["fractionOf"] },
  writeDeepdriverBoxes: {
    call: (options) => format.writeDeepdriverBoxes(SCENE.annotations, options),
    inner: ["fractionOf"],
  },
};

testNonsenseOptions({ ...LIMN, ...FORMAT });

test("what is no name of an artifact is not looked for", async () => {
  const store = deepdriver.memoryArtifacts();
  for (const odd of [null, 5, "", "../a", ["a"]] as never[]) {
    await expect(deepdriver.getArtifact({ name: odd, type: "a", store })).rejects.toThrow(/^name: expected letters/);
    await expect(deepdriver.getArtifact({ name: "a", type: odd, store })).rejects.toThrow(/^type: expected letters/);
  }
});

test("every function that is given out is here, or takes no options", () => {
  const without = [
    "ImageError",
    "BoxLayer",
    "Classes",
    "decodeBmp",
    "encodeBmp",
    "fetchPictures",
    "finish",
    "resizeScene",
    "sniff",
  ];
  expect(missing(limn, LIMN, [...without, "visualize"])).toEqual([]);
  expect(missing(rle, LIMN, ["area", "decode", "fromBbox", "toBbox"])).toEqual([]);
  const stores = ["folderArtifacts", "memoryArtifacts", "uploadArtifact"];
  expect(missing(deepdriver, LIMN, [...stores, "finish", "log", "visualize"])).toEqual([]);
  const plain = ["boxAnnotations", "detectFormats", "formatNamed", "isZip", "limnJsonlSchema", "openZip"];
  const readers = ["readWandbBoxes", "readDeepdriverBoxes", "MemoryFiles", "ZipSink"];
  expect(missing(format, FORMAT, [...plain, ...readers])).toEqual([]);
});
