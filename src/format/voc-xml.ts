/** Pascal VOC's `<annotation>`: one picture and its objects. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Box } from "../model/scene.ts";
import { toNumber } from "./fields.ts";
import type { Reading } from "./tree-reading.ts";
import type { XmlElement } from "./xml.ts";

/** Attribute of an object's part: the id of the object. */
export const PART_OF = "part of";

/** What an XML file says; boxes are as they stand there, `x` and `y` being `xmin` and `ymin`. */
export interface VocFile {
  readonly file: string;
  readonly fileName: string | undefined;
  /** 0 where the file says none. */
  readonly width: number;
  readonly height: number;
  /** Parts stand behind their objects. */
  readonly annotations: readonly Annotation[];
  /** Those that are objects, in order: the numbers of SegmentationObject. */
  readonly objects: readonly Annotation[];
  /** The smallest coordinate. */
  readonly least: number;
}

/** @throws {ImageError} `ARGUMENT` if it is another kind of XML */
export function readVocFile(root: XmlElement, file: string, reading: Reading): VocFile {
  if (root.name !== "annotation" || root.child("imagesize"))
    throw new ImageError("ARGUMENT", `expected <annotation> of Pascal VOC, got <${root.name}>`, { path: root.place });
  const size = root.child("size");
  const side = (name: string): number => {
    const text = size?.textOf(name);
    if (text === undefined) return 0;
    const value = toNumber(text);
    if (Number.isFinite(value) && value >= 0) return value;
    reading.note(size!.child(name)!.place, `expected a size in pixels, got ${show(text)}`);
    return 0;
  };
  const annotations: Annotation[] = [];
  const objects: Annotation[] = [];
  let least = Infinity;
  const measure = (box: Box | undefined): void => {
    if (box) least = Math.min(least, box.x, box.y);
  };
  for (const element of root.all("object")) {
    const object = reading.part("", () => readObject(element, reading));
    if (!object) continue;
    const parts = element.all("part").flatMap((part) => reading.part("", () => readPart(part)) ?? []);
    const id = objects.length + 1;
    const whole: Annotation = parts.length > 0 ? { ...object, id } : object;
    objects.push(whole);
    annotations.push(whole, ...parts.map((part): Annotation => ({ ...part, attributes: new Map([[PART_OF, id]]) })));
    for (const { box } of [object, ...parts]) measure(box);
  }
  return {
    file,
    fileName: root.textOf("filename"),
    width: side("width"),
    height: side("height"),
    annotations,
    objects,
    least,
  };
}

function readObject(element: XmlElement, reading: Reading): Annotation {
  const category = element.textOf("name");
  if (category === undefined)
    throw new ImageError("ARGUMENT", "expected the <name> of an object, got none", { path: element.place });
  const attributes = new Map<string, unknown>();
  const pose = element.textOf("pose");
  if (pose !== undefined && pose !== "Unspecified") attributes.set("pose", pose);
  for (const flag of ["truncated", "difficult"]) if (isYes(element.textOf(flag))) attributes.set(flag, true);
  const actions = (element.child("actions")?.children ?? []).filter(({ text }) => isYes(text)).map(({ name }) => name);
  if (actions.length > 0) attributes.set("actions", actions);
  let rotation = 0;
  for (const attribute of element.child("attributes")?.all("attribute") ?? []) {
    const name = attribute.textOf("name");
    const value = attribute.child("value")?.text ?? "";
    if (name === undefined) reading.note(attribute.place, "expected the <name> of an attribute, got none");
    else if (name === "rotation" && Number.isFinite(toNumber(value))) rotation = toNumber(value);
    else attributes.set(name, value);
  }
  const box = readBox(element, rotation, reading);
  const outline = readPolygon(element.child("polygon"));
  return {
    box,
    segmentation: outline && { kind: "polygon", parts: [{ outline }] },
    category,
    group: "ground truth",
    isOccluded: isYes(element.textOf("occluded")) || undefined,
    attributes: attributes.size > 0 ? attributes : undefined,
  };
}

function readPart(element: XmlElement): Annotation {
  const category = element.textOf("name");
  if (category === undefined)
    throw new ImageError("ARGUMENT", "expected the <name> of a part, got none", { path: element.place });
  return { category, group: "ground truth", box: readBox(element, 0) };
}

function readBox(element: XmlElement, rotation: number, reading?: Reading): Box | undefined {
  const turned = element.child("robndbox");
  if (turned) {
    const [x, y, width, height, angle] = ["cx", "cy", "w", "h", "angle"].map((name) => turned.numberOf(name)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { x: x - width / 2, y: y - height / 2, width, height, rotation: (angle * 180) / Math.PI };
  }
  const box = element.child("bndbox");
  if (!box) {
    if (element.child("polygon")) return undefined;
    throw new ImageError("ARGUMENT", "expected a <bndbox>, got none", { path: element.place });
  }
  const [left, top, right, bottom] = ["xmin", "ymin", "xmax", "ymax"].map((name) => box.numberOf(name)) as [
    number,
    number,
    number,
    number,
  ];
  // both ends of a box belong to it, so one without width ends a pixel before it begins
  const isSwapped = right < left - 1 || bottom < top - 1;
  if (isSwapped)
    reading?.note(
      box.place,
      `expected xmin, ymin below xmax, ymax, got ${left}, ${top}, ${right}, ${bottom} (swapped)`,
    );
  const [x, y] = isSwapped ? [Math.min(left, right), Math.min(top, bottom)] : [left, top];
  const upright = {
    x,
    y,
    width: isSwapped ? Math.abs(right - left) : right - left,
    height: isSwapped ? Math.abs(bottom - top) : bottom - top,
  };
  return rotation === 0 ? upright : { ...upright, rotation };
}

/** Roboflow's outline: `<x1>`, `<y1>`, `<x2>` … */
function readPolygon(element: XmlElement | undefined): number[] | undefined {
  if (!element) return undefined;
  const ring: number[] = [];
  for (let i = 1; element.child(`x${i}`); i++) ring.push(element.numberOf(`x${i}`), element.numberOf(`y${i}`));
  return ring.length >= 6 ? ring : undefined;
}

function isYes(text: string | undefined): boolean {
  return text !== undefined && /^(?:1|true|yes)$/i.test(text);
}
