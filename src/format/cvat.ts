/** CVAT XML 1.1, for images and for video. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Classification, Dataset, Keypoint, Scene, Skeleton } from "../model/scene.ts";
import { readCvatLabels } from "./cvat-labels.ts";
import { pointsOf, readCvatShape } from "./cvat-shapes.ts";
import { writeCvat } from "./cvat-writer.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { toNumber } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { baseName, folderSplit, headText, namesEnding, Reading, stemOf } from "./tree-reading.ts";
import { parseXml, type XmlElement, xmlRoot } from "./xml.ts";

/**
 * CVAT's "for images 1.1" and "for video 1.1".
 *
 * Boxes (turned about their centre), polygons, polylines, points, ellipses, masks, skeletons and tags are read; cuboids are
 * listed as problems. `z_order` (where it is not 0), `group_id` and `source` (where it is not `manual`) are attributes beside
 * CVAT's own. Ids of categories are the places of the labels, from 1; `subset` is the split.
 *
 * Of a video, each frame that a track has a shape in is a scene, named `frame_000012` as CVAT names its pictures, with the
 * track's id; CVAT writes the frames between its keyframes too, so nothing is interpolated. Only "for images" is written.
 */
export const cvat: DatasetFormat = {
  name: "cvat",
  title: "CVAT XML 1.1: boxes, polygons, polylines, points, ellipses, masks, skeletons, tags",
  detect: detectCvat,
  read: readCvat,
  write: writeCvat,
};

async function detectCvat(tree: FileTree): Promise<number> {
  for (const file of (await namesEnding(tree, ".xml")).slice(0, 5)) {
    const head = await headText(tree, file);
    if (xmlRoot(head) !== "annotations") continue;
    return /<version>1\.1<|<image\s|<track\s|<meta>/.test(head) ? 0.97 : 0.5;
  }
  return 0;
}

async function readCvat(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const pictures = new PictureFiles(options.images ?? tree);
  const reader = new CvatReader(reading, pictures);
  let found = 0;
  for (const file of await namesEnding(tree, ".xml")) {
    const root = await reading.partAsync("", async () => {
      const element = parseXml(await tree.read(file), file);
      if (element.name !== "annotations")
        throw new ImageError("ARGUMENT", `expected <annotations> of CVAT, got <${element.name}>`, {
          path: element.place,
        });
      return element;
    });
    if (!root) continue;
    found += 1;
    await reader.file(root, file);
  }
  if (found === 0) throw new ImageError("ARGUMENT", "expected a CVAT XML file, got none that can be read");
  const { scenes } = reader;
  const splits = [...new Set(scenes.flatMap(({ split }) => split ?? []))];
  return {
    categories: reader.categories,
    scenes,
    size: scenes.length,
    splits: splits.length > 0 ? splits : undefined,
    problems: reading.problems.list,
  };
}

class CvatReader {
  readonly scenes: Scene[] = [];
  readonly #reading: Reading;
  readonly #pictures: PictureFiles;
  readonly #categories = new Map<string, Category>();
  readonly #ids = new Set<string>();
  #hasLabels = false;
  #split: string | undefined;

  constructor(reading: Reading, pictures: PictureFiles) {
    this.#reading = reading;
    this.#pictures = pictures;
  }

  get categories(): Category[] {
    return [...this.#categories.values()];
  }

  async file(root: XmlElement, file: string): Promise<void> {
    this.#ids.clear();
    // Datumaro writes a file for each part
    this.#split = /^(?:train|val|valid|validation|test)\d*$/i.exec(stemOf(baseName(file)))?.[0] ?? folderSplit(file);
    for (const category of readCvatLabels(root, this.#reading)) {
      this.#hasLabels = true;
      if (!this.#categories.has(category.name))
        this.#categories.set(category.name, { ...category, id: this.#categories.size + 1 });
    }
    for (const image of root.all("image")) await this.#image(image);
    if (root.child("track")) await this.#video(root);
  }

  async #image(image: XmlElement): Promise<void> {
    const reading = this.#reading;
    const id = image.attributes.get("id");
    if (id !== undefined && this.#ids.has(`${image.attributes.get("task_id") ?? ""} ${id}`))
      reading.note(`${image.place}.id`, `the id ${show(id)} is taken; both pictures are kept`);
    this.#ids.add(`${image.attributes.get("task_id") ?? ""} ${id}`);
    const given = image.attributes.get("name");
    const name = given ? pictureName(given, `${image.place}.name`, reading) : undefined;
    const picture = name === undefined ? undefined : await this.#pictures.find(name);
    const { width, height, error } = await reading.size(() => {
      if (!image.attributes.has("width") && picture !== undefined) return this.#pictures.size(picture);
      const said = { width: image.numberAttribute("width"), height: image.numberAttribute("height") };
      checkSize(said.width, said.height, image.place);
      return said;
    });
    const annotations: Annotation[] = [];
    const classifications: Classification[] = [];
    for (const shape of image.children) {
      if (shape.name === "tag") {
        const category = this.#category(shape);
        if (category) classifications.push({ category: category.name, categoryId: category.id });
        if (shape.child("attribute")) reading.note(shape.place, "the attributes of a tag are not kept");
        continue;
      }
      const annotation = reading.part("", () => this.#shape(shape, width, height));
      if (annotation) annotations.push(annotation);
    }
    const number = toNumber(id);
    this.scenes.push({
      width,
      height,
      fileName: picture ?? name,
      imageId: Number.isFinite(number) ? number : id,
      annotations,
      classifications: classifications.length > 0 ? classifications : undefined,
      split: image.attributes.get("subset") || this.#split,
      error,
    });
  }

  async #video(root: XmlElement): Promise<void> {
    const reading = this.#reading;
    const size =
      ["task", "job", "project"].flatMap((name) => root.child("meta")?.child(name)?.child("original_size") ?? [])[0] ??
      root.child("meta")?.child("original_size");
    const { width, height, error } = await reading.size(() => {
      if (!size)
        throw new ImageError("ARGUMENT", "no <original_size> tells the width and height of the video", {
          path: root.place,
        });
      const said = { width: size.numberOf("width"), height: size.numberOf("height") };
      checkSize(said.width, said.height, size.place);
      return said;
    });
    const frames = new Map<number, Annotation[]>();
    for (const track of root.all("track")) {
      const id = toNumber(track.attributes.get("id"));
      for (const shape of track.children) {
        reading.part("", () => {
          const frame = shape.numberAttribute("frame");
          if (!Number.isInteger(frame) || frame < 0 || frame > 1e9)
            throw new ImageError("ARGUMENT", `expected the number of a frame, got ${frame}`, { path: shape.place });
          if (shape.attributes.get("outside") === "1") return;
          const seen = this.#shape(shape, width, height, track);
          const list = frames.get(frame) ?? [];
          list.push({ ...seen, trackId: Number.isFinite(id) ? id : track.attributes.get("id") });
          frames.set(frame, list);
        });
      }
    }
    for (const [frame, annotations] of [...frames].sort(([a], [b]) => a - b))
      this.scenes.push({
        width,
        height,
        fileName: `frame_${String(frame).padStart(6, "0")}.png`,
        imageId: frame,
        annotations,
        split: this.#split,
        error,
      });
  }

  /** @param track - where label and source stand for a shape of a video */
  #shape(shape: XmlElement, width: number, height: number, track?: XmlElement): Annotation {
    // first of all, so that an element without a meaning makes no category
    const geometry = shape.name === "skeleton" ? undefined : readCvatShape(shape, this.#reading);
    const category = this.#category(track ?? shape);
    const attributes = new Map<string, unknown>();
    const order = toNumber(shape.attributes.get("z_order"));
    const group = toNumber(shape.attributes.get("group_id") ?? track?.attributes.get("group_id"));
    const source = (track ?? shape).attributes.get("source");
    if (order && Number.isFinite(order)) attributes.set("z_order", order);
    if (group && Number.isFinite(group)) attributes.set("group_id", group);
    if (source && source !== "manual") attributes.set("source", source);
    for (const attribute of shape.all("attribute")) {
      const name = attribute.attributes.get("name");
      if (name === undefined) this.#reading.note(attribute.place, "expected the name of an attribute, got none");
      else attributes.set(name, attribute.text);
    }
    return {
      ...geometry,
      keypoints: geometry ? undefined : this.#pose(shape, category, width, height),
      categoryId: category?.id,
      category: category?.name,
      group: "ground truth",
      isOccluded: shape.attributes.get("occluded") === "1" || undefined,
      attributes: attributes.size > 0 ? attributes : undefined,
    };
  }

  #pose(shape: XmlElement, category: Category | undefined, width: number, height: number): Annotation["keypoints"] {
    const found = new Map<string, Keypoint>();
    for (const point of shape.all("points")) {
      const name = point.attributes.get("label") ?? String(found.size);
      const hidden = point.attributes.get("occluded") === "1";
      const outside = point.attributes.get("outside") === "1";
      const [x, y] = pointsOf(point, 1) as [number, number];
      found.set(name, { x, y, visibility: outside ? 0 : hidden ? 1 : 2 });
    }
    if (found.size === 0)
      throw new ImageError("ARGUMENT", "expected the points of a skeleton, got none", { path: shape.place });
    const known = category?.skeleton;
    if (known && [...found.keys()].every((name) => known.points.includes(name)))
      return {
        points: known.points.map((name) => found.get(name) ?? { x: width / 2, y: height / 2, visibility: 0 }),
        skeleton: known,
      };
    const skeleton: Skeleton = { name: category?.name ?? "", points: [...found.keys()], edges: [] };
    return { points: [...found.values()], skeleton };
  }

  /** The category of a shape's label; made where the file lists no labels. */
  #category(shape: XmlElement): Category | undefined {
    const name = shape.attributes.get("label");
    if (name === undefined || name === "") {
      this.#reading.note(shape.place, "expected a label, got none");
      return undefined;
    }
    let category = this.#categories.get(name);
    if (!category) {
      if (this.#hasLabels) this.#reading.note(`${shape.place}.label`, `no label of the file is named ${show(name)}`);
      category = { id: this.#categories.size + 1, name };
      this.#categories.set(name, category);
    }
    return category;
  }
}
