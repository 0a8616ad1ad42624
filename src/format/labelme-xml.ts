/** LabelMe 3.0 XML, of the web tool and of the exports that imitate it. */
import { decodePng } from "../codec/png-decode.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { encode } from "../model/rle.ts";
import type { Annotation, Scene } from "../model/scene.ts";
import { toNumber } from "./fields.ts";
import { cornersAnnotation, findPicture, type LabelMeContext } from "./labelme-context.ts";
import { folderOf } from "./tree-reading.ts";
import type { XmlElement } from "./xml.ts";

/** The scene of one file; deleted objects are left out. */
export async function readLabelMeXml(
  root: XmlElement,
  file: string,
  context: LabelMeContext,
): Promise<Scene | undefined> {
  const { reading, pictures } = context;
  if (root.name !== "annotation" || root.child("size")) {
    reading.note(root.place, `expected <annotation> of LabelMe, got <${root.name}>; the file is left out`);
    return undefined;
  }
  const { fileName, found } = await findPicture(root.textOf("filename"), file, context);
  const size = root.child("imagesize");
  const { width, height, error } = await reading.size(() => {
    const said = { width: toNumber(size?.textOf("ncols")), height: toNumber(size?.textOf("nrows")) };
    if (said.width > 0 && said.height > 0) {
      checkSize(said.width, said.height, size!.place);
      return said;
    }
    if (found) return pictures.size(fileName!);
    throw new ImageError("ARGUMENT", "no <imagesize> and no picture tell its size", { path: root.place });
  });
  const annotations: Annotation[] = [];
  for (const object of root.all("object")) {
    if (object.textOf("deleted") === "1") continue;
    const annotation = await reading.partAsync("", () => readObject(object, file, context));
    if (annotation) annotations.push(annotation);
  }
  return { width, height, fileName, annotations, error };
}

async function readObject(object: XmlElement, file: string, context: LabelMeContext): Promise<Annotation> {
  const name = object.textOf("name");
  if (name === undefined)
    throw new ImageError("ARGUMENT", "expected the <name> of an object, got none", { path: object.place });
  const attributes = new Map<string, unknown>();
  let rotation = 0;
  for (const part of (object.textOf("attributes") ?? "").split(",")) {
    const [, key, value] = /^\s*([^=]+?)\s*(?:=\s*(.*?)\s*)?$/.exec(part) ?? [];
    if (key === undefined || key === "") continue;
    if (key === "rotation" && Number.isFinite(toNumber(value))) rotation = toNumber(value);
    else attributes.set(key, value ?? true);
  }
  // objects that another one is made of
  const whole = object.child("parts")?.textOf("ispartof");
  if (whole !== undefined) attributes.set("part of", whole);
  const geometry = await readGeometry(object, rotation, file, context);
  const category = context.categories.of(name);
  const id = toNumber(object.textOf("id"));
  return {
    ...geometry,
    id: Number.isFinite(id) ? id : object.textOf("id"),
    categoryId: category.id,
    category: category.name,
    group: "ground truth",
    isOccluded: object.textOf("occluded") === "yes" || undefined,
    attributes: attributes.size > 0 ? attributes : undefined,
  };
}

async function readGeometry(
  object: XmlElement,
  rotation: number,
  file: string,
  { tree }: LabelMeContext,
): Promise<Annotation> {
  const polygon = object.child("polygon");
  if (polygon) {
    const points = polygon.all("pt").flatMap((point) => [point.numberOf("x"), point.numberOf("y")]);
    const isBox = object.textOf("type") === "bounding_box" && points.length === 8;
    if (!isBox && points.length < 6)
      throw new ImageError("ARGUMENT", `expected 3 points or more, got ${points.length / 2}`, { path: polygon.place });
    if (!isBox) return { segmentation: { kind: "polygon", parts: [{ outline: points }] } };
    const { box, quad } = cornersAnnotation(points);
    return box && rotation !== 0 && !box.rotation ? { box: { ...box, rotation } } : { box, quad };
  }
  const mask = object.child("segm")?.textOf("mask");
  if (mask === undefined)
    throw new ImageError("ARGUMENT", "expected a <polygon> or a <segm>, got neither", { path: object.place });
  if (/[\\/\0]|^\.\.?$/.test(mask))
    throw new ImageError("ARGUMENT", `expected the name of a mask, got ${show(mask)}`, { path: object.place });
  // beside the annotations, or in the folder that the web tool keeps
  const folder = folderOf(file);
  const names = await tree.list();
  const name =
    [`${folder}Masks/${mask}`, `${folder}${mask}`, `Masks/${mask}`].find((candidate) => names.includes(candidate)) ??
    names.find((candidate) => candidate.endsWith(`/${mask}`));
  if (name === undefined)
    throw new ImageError("IO", `expected the mask ${show(mask)}, got none`, { path: object.place });
  const { data, shape, mode } = decodePng(await tree.read(name), { as: "native" });
  const [height, width, channels = 1] = shape as [number, number, number?];
  // of pictures with alpha that is the mask
  const last = mode === "LA" || mode === "RGBA" ? channels - 1 : 0;
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (data[i * channels + last] === 0 ? 0 : 1));
  return { segmentation: { kind: "rle", rle: encode({ data: pixels, width, height }) } };
}
