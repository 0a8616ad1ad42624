/** Scenes as Pascal VOC. Longer than other files: everything that it cannot hold is counted where it is met. */
import { checkedOptions } from "../errors.ts";
import { encodeIndexedPng } from "../codec/png-encode.ts";
import type { Annotation, Box, Category, Dataset, LabelMap, Scene } from "../model/scene.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { SceneNames, splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { pixelsOf, uprightBox } from "./shapes.ts";
import { formatLabelMap, labelMapName, type VocClass, vocColor, VOID } from "./voc-masks.ts";
import { PART_OF } from "./voc-xml.ts";
import { loseCategoryParts, loseDatasetParts, loseParts, loseSceneParts } from "./lost-parts.ts";
import { harden, isHard, pixelBox } from "./written.ts";
import { cleanXml, formatXml, tag, type XmlOutput } from "./xml.ts";

const HELD: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "segmentation",
  "category",
  "categoryId",
  "isOccluded",
  "attributes",
]);
const SCENE_HELD: ReadonlySet<keyof Scene> = new Set(["labelMaps", "split"]);
const CATEGORY_HELD: ReadonlySet<keyof Category> = new Set(["color", "supercategory"]);

/**
 * Write `Annotations/<name>.xml`, `ImageSets/Main/<split>.txt`, `labelmap.txt`, and where there are masks or label maps
 * `SegmentationClass/<name>.png` and `SegmentationObject/<name>.png`.
 */
export async function writeVoc(
  dataset: Dataset,
  sink: FileSink,
  options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  checkedOptions(options);
  const writer = new VocWriter(dataset);
  const lists = new Map<string, string[]>();
  const withMasks = new Map<string, string[]>();
  for await (const { scene, index, path } of soundScenes(dataset, writer.losses)) {
    const files = writer.scene(scene, index);
    await sink.write(`Annotations/${files.name}.xml`, files.xml);
    if (files.classes) await sink.write(`SegmentationClass/${files.name}.png`, files.classes);
    if (files.objects) await sink.write(`SegmentationObject/${files.name}.png`, files.objects);
    const split = splitName(scene, options, writer.losses, path);
    push(lists, split, files.name);
    if (files.classes) push(withMasks, split, files.name);
  }
  for (const [kind, names] of [
    ["Main", lists],
    ["Segmentation", withMasks],
  ] as const)
    for (const [split, list] of names)
      await sink.write(`ImageSets/${kind}/${split}.txt`, list.map((name) => `${name}\n`).join(""));
  await sink.write("labelmap.txt", writer.labelMap());
  loseDatasetParts(dataset, writer.losses, lists);
  return writer.losses.list;
}

function push(lists: Map<string, string[]>, key: string, name: string): void {
  const list = lists.get(key) ?? [];
  list.push(name);
  lists.set(key, list);
}

interface VocOutput {
  readonly name: string;
  readonly xml: string;
  readonly classes: Uint8Array | undefined;
  readonly objects: Uint8Array | undefined;
}

class VocWriter {
  readonly losses = new Losses();
  readonly #names = new SceneNames();
  readonly #classes: { name: string; color: number | undefined; parts: string[] }[] = [
    { name: "background", color: 0, parts: [] },
  ];
  readonly #given: readonly Category[];
  readonly #byId = new Map<string, string>();
  readonly #index = new Map<string, number>([["background", 0]]);

  constructor({ categories }: Dataset) {
    const parts = categories.filter(
      ({ supercategory, name: own }) =>
        supercategory !== own &&
        categories.some(({ name, supercategory: more }) => name === supercategory && more === undefined),
    );
    this.#given = categories;
    for (const category of categories) {
      this.#byId.set(String(category.id), category.name);
      if (!parts.includes(category)) this.#class(category.name, category.color);
    }
    for (const { name, supercategory } of parts) this.#classes[this.#class(supercategory!)]!.parts.push(name);
    if (parts.length > 0 || categories.some(({ id }, i) => id !== i + 1))
      this.losses.add("ids of categories (counted from 1)", "categories");
    loseCategoryParts(
      categories.map((category) => (parts.includes(category) ? category : { ...category, supercategory: undefined })),
      CATEGORY_HELD,
      this.losses,
    );
    for (const [i, category] of categories.entries())
      if (category.supercategory && !parts.includes(category))
        this.losses.add("supercategory", `categories[${i}].supercategory`);
  }

  /** A colour of its own for each class: masks are read by colour. */
  labelMap(): string {
    const colors = new Map<string, number>();
    const classes = this.#classes.map(({ name, parts }, i): VocClass => {
      const color = this.#colors()[i]!;
      colors.set(name, color);
      const [clean, ...cleanParts] = [name, ...parts].map((own) => labelMapName(own));
      if (clean !== name || cleanParts.some((part, k) => part !== parts[k]))
        this.losses.add("name of a category (changed in labelmap.txt)", "categories");
      return { name: clean!, color, parts: cleanParts };
    });
    for (const [i, { name, color }] of this.#given.entries())
      if (color !== undefined && colors.get(name) !== color)
        this.losses.add("colour of a category", `categories[${i}].color`);
    return formatLabelMap(classes);
  }

  #colors(): number[] {
    const taken = new Set<number>();
    const wanted = this.#classes.map(({ color }) => {
      if (color === undefined || taken.has(color)) return undefined;
      taken.add(color);
      return color;
    });
    let next = 1;
    return wanted.map((color) => {
      if (color !== undefined) return color;
      while (taken.has(vocColor(next))) next++;
      taken.add(vocColor(next));
      return vocColor(next);
    });
  }

  scene(scene: Scene, index: number): VocOutput {
    const path = `scenes[${index}]`;
    const { losses } = this;
    loseSceneParts(scene, SCENE_HELD, losses, path);
    const name = this.#names.next(scene, index, losses, scene.fileName?.replace(/^JPEGImages\//, ""));
    const { width, height } = scene;
    if (!(width > 0 && height > 0)) losses.add("size of a picture", path);
    const named = scene.annotations.flatMap((annotation, i) => {
      const place = `${path}.annotations[${i}]`;
      const category = annotation.category ?? this.#byId.get(String(annotation.categoryId)) ?? undefined;
      if (category !== undefined) return { annotation, category, place };
      losses.add("object without a category", place);
      return [];
    });
    const ids = new Set(named.map(({ annotation }) => annotation.id));
    const partOf = ({ attributes }: Annotation): unknown => {
      const id = attributes?.get(PART_OF);
      return id !== undefined && ids.has(id as number) ? id : undefined;
    };
    const masks: {
      readonly value: number;
      readonly annotation: Annotation;
      readonly category: string;
      readonly place: string;
    }[] = [];
    const objects: XmlOutput[] = [];
    for (const { annotation, category, place } of named) {
      if (partOf(annotation) !== undefined) continue;
      const parts = named.filter((part) => annotation.id !== undefined && partOf(part.annotation) === annotation.id);
      const box = this.#box(annotation, scene);
      if (!box) {
        losses.add("object without a shape that VOC has", place);
        continue;
      }
      // the number of an object with parts is its place
      loseParts(
        parts.length > 0 && annotation.id === objects.length + 1 ? { ...annotation, id: undefined } : annotation,
        HELD,
        losses,
        place,
      );
      const value = objects.length + 1;
      if (annotation.segmentation && width > 0) {
        if (value < VOID) masks.push({ value, annotation, category, place });
        else losses.add("mask beyond the 254th of a picture", `${place}.segmentation`);
      }
      objects.push(
        this.#object(
          annotation,
          category,
          box,
          place,
          parts.map((part) => this.#part(part, scene)),
        ),
      );
    }
    const labelMap = this.#sceneMap(scene, path);
    const classes = labelMap || masks.length > 0 ? (labelMap ?? new Uint8Array(width * height)) : undefined;
    const instances = masks.length > 0 ? new Uint8Array(width * height) : undefined;
    for (const mask of masks) this.#paint(mask, scene, instances!, labelMap ? undefined : classes);
    const file = (data: Uint8Array | undefined, colors: readonly number[]): Uint8Array | undefined =>
      data && encodeIndexedPng(data, width, height, { palette: paletteOf(colors), bits: 8 });
    const size = [tag("width", width), tag("height", height), tag("depth", 3)];
    const xml = tag("annotation", [
      tag(
        "filename",
        scene.fileName === undefined ? name : cleanName(scene.fileName.replace(/^JPEGImages\//, ""), losses, path),
      ),
      tag("source", [tag("database", "Unknown")]),
      tag("size", size),
      tag("segmented", classes ? 1 : 0),
      ...objects,
    ]);
    return { name, xml: formatXml(xml), classes: file(classes, this.#colors()), objects: file(instances, []) };
  }

  #object(annotation: Annotation, category: string, box: Box, place: string, parts: readonly XmlOutput[]): XmlOutput {
    const rest = new Map(annotation.attributes);
    const take = (name: string, fits: (value: unknown) => boolean): unknown => {
      const value = rest.get(name);
      if (value === undefined || !fits(value)) return undefined;
      rest.delete(name);
      return value;
    };
    const isText = (value: unknown): boolean => typeof value === "string";
    const isTrue = (value: unknown): boolean => value === true;
    const isNames = (value: unknown): boolean =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((name) => typeof name === "string" && /^[A-Za-z_][\w.-]*$/.test(name));
    const pose =
      (take("pose", (value) => isText(value) && value !== "" && value !== "Unspecified") as string | undefined) ??
      "Unspecified";
    const truncated = take("truncated", isTrue) ? 1 : 0;
    const difficult = take("difficult", isTrue) ? 1 : 0;
    const actions = take("actions", isNames) as readonly string[] | undefined;
    const attributes: XmlOutput[] = [];
    if (box.rotation) attributes.push(attribute("rotation", tidy(box.rotation)));
    for (const [name, value] of rest) {
      if (
        name === "rotation" ||
        (typeof value === "object" && value !== null) ||
        value === undefined ||
        value === null
      ) {
        this.losses.add("attribute that is no text", `${place}.attributes`);
        continue;
      }
      if (name.trim() === "" || cleanXml(name) !== name) {
        this.losses.add("attribute with a name that XML does not have", `${place}.attributes`);
        continue;
      }
      if (typeof value !== "string") this.losses.add("type of an attribute (written as text)", `${place}.attributes`);
      attributes.push(attribute(name, String(value)));
    }
    return tag("object", [
      tag("name", category),
      tag("pose", pose),
      tag("truncated", truncated),
      tag("difficult", difficult),
      ...(annotation.isOccluded ? [tag("occluded", 1)] : []),
      bounds(box),
      ...parts,
      ...(actions
        ? [
            tag(
              "actions",
              actions.map((name) => tag(name, 1)),
            ),
          ]
        : []),
      ...(attributes.length > 0 ? [tag("attributes", attributes)] : []),
    ]);
  }

  #part(
    {
      annotation,
      category,
      place,
    }: { readonly annotation: Annotation; readonly category: string; readonly place: string },
    scene: Scene,
  ): XmlOutput {
    const rest = new Map(annotation.attributes);
    rest.delete(PART_OF);
    loseParts({ ...annotation, attributes: rest }, new Set(["box", "category", "categoryId"]), this.losses, place);
    const box = uprightBox(annotation, scene.width, scene.height) ?? { x: 0, y: 0, width: 0, height: 0 };
    if (annotation.box?.rotation) this.losses.add("rotation of a part", `${place}.box.rotation`);
    return tag("part", [tag("name", category), bounds(box)]);
  }

  #box(annotation: Annotation, scene: Scene): Box | undefined {
    const { width, height } = scene;
    const { box } = annotation;
    if (!box) return uprightBox(annotation, width, height);
    if (box.normalized && !(width > 0)) return undefined;
    return pixelBox(box, scene);
  }

  #paint(
    {
      value,
      annotation,
      category,
      place,
    }: { readonly value: number; readonly annotation: Annotation; readonly category: string; readonly place: string },
    { width, height }: Scene,
    instances: Uint8Array,
    classes: Uint8Array | undefined,
  ): void {
    const segmentation = annotation.segmentation!;
    if (segmentation.kind === "polygon") this.losses.add("outline (written as pixels)", `${place}.segmentation`);
    if (!isHard(segmentation)) this.losses.add("soft mask (cut at one half)", `${place}.segmentation`);
    const pixels = pixelsOf(isHard(segmentation) ? segmentation : harden(segmentation), width, height);
    const index = this.#class(category);
    let covered = false;
    if (!pixels.includes(1)) this.losses.add("mask without pixels", `${place}.segmentation`);
    for (let i = 0; i < pixels.length; i++) {
      if (pixels[i] === 0) continue;
      covered ||= instances[i] !== 0;
      instances[i] = value;
      if (classes) classes[i] = index < VOID ? index : 0;
    }
    if (covered) this.losses.add("pixels of several masks (the last has them)", `${place}.segmentation`);
    if (classes && index >= VOID) this.losses.add("class beyond the 254th in a mask", `${place}.segmentation`);
  }

  /** The first label map, its ids being the classes of labelmap.txt. */
  #sceneMap({ labelMaps = [], width, height }: Scene, path: string): Uint8Array | undefined {
    const [first, ...others] = labelMaps;
    for (const [i] of others.entries()) this.losses.add("further label map", `${path}.labelMaps[${i + 1}]`);
    if (!first) return undefined;
    if (first.width !== width || first.height !== height) {
      this.losses.add("label map of another size", `${path}.labelMaps[0]`);
      return undefined;
    }
    const table = new Map<number, number>();
    return Uint8Array.from(first.data, (id) => {
      let index = table.get(id);
      if (index === undefined) {
        index = this.#mapIndex(id, first, `${path}.labelMaps[0]`);
        table.set(id, index);
      }
      return index;
    });
  }

  #mapIndex(id: number, { classes }: LabelMap, place: string): number {
    const name = classes?.get(id);
    if (name !== undefined) {
      const index = this.#class(name);
      if (index < VOID) return index;
    } else if (id === 0 || id === VOID) return id;
    else if (id < this.#classes.length) {
      this.losses.add("class without a name in a label map", place);
      return id;
    }
    this.losses.add("class of a label map", place);
    return VOID;
  }

  #class(name: string, color?: number): number {
    const known = this.#index.get(name);
    if (known !== undefined) return known;
    const index = this.#classes.push({ name, color, parts: [] }) - 1;
    this.#index.set(name, index);
    return index;
  }
}

function bounds(box: Box): XmlOutput {
  // both ends belong to the box, and the first pixel is 1
  const sides = { xmin: box.x + 1, ymin: box.y + 1, xmax: box.x + box.width, ymax: box.y + box.height };
  return tag(
    "bndbox",
    Object.entries(sides).map(([name, value]) => tag(name, tidy(value))),
  );
}

function attribute(name: string, value: string | number): XmlOutput {
  return tag("attribute", [tag("name", name), tag("value", value)]);
}

/** What adding and subtracting left behind the ninth decimal goes. */
function tidy(value: number): number {
  const near = Math.round(value * 1e6) / 1e6;
  return Math.abs(near - value) < 1e-9 ? near : value;
}

function cleanName(name: string, losses: Losses, path: string): string {
  const clean = cleanXml(name);
  if (clean !== name) losses.add("characters of a name that XML does not have", `${path}.fileName`);
  return clean;
}

/** 256 colours: those given, VOC's for the others. */
function paletteOf(colors: readonly number[]): Uint8Array {
  const palette = new Uint8Array(768);
  for (let i = 0; i < 256; i++) {
    const color = colors[i] ?? vocColor(i);
    palette.set([color >> 16, (color >> 8) & 255, color & 255], i * 3);
  }
  return palette;
}
