/** Projects of VGG Image Annotator 3 in the words of VIA 2: numbers of shapes and attributes become names. */
import { show } from "../errors.ts";
import { type Fields, isFields, isList, readText } from "./fields.ts";
import type { Reading } from "./tree-reading.ts";

/** Coordinates of each shape, by its number; `all` where their count is free. */
const SHAPES: readonly (readonly [name: string, ...coordinates: readonly string[]] | undefined)[] = [
  undefined,
  ["point", "cx", "cy"],
  ["rect", "x", "y", "width", "height"],
  ["circle", "cx", "cy", "r"],
  ["ellipse", "cx", "cy", "rx", "ry"],
  ["polyline", "all"],
  ["polyline", "all"],
  ["polygon", "all"],
];

/** True for the root of a project of VIA 3. */
export function isVia3(root: Fields): boolean {
  return isFields(root["metadata"]) && isFields(root["file"]) && isFields(root["view"]);
}

/** The pictures of a project, by a key of their own, as VIA 2 has them. Segments of time are reported and left out. */
export function via3Images(root: Fields, name: string, reading: Reading): Fields {
  const images = new Map<string, { filename: string; regions: object[]; file_attributes: object }>();
  const [files, views, attributes] = ["file", "view", "attribute"].map((key) => fieldsOf(root[key])) as [
    Fields,
    Fields,
    Fields,
  ];
  for (const [id, view] of Object.entries(views)) {
    const list = fieldsOf(view)["fid_list"];
    const file = fieldsOf(files[String(isList(list) ? list[0] : id)]);
    const filename = readText(file["fname"]) ?? readText(file["src"]);
    if (filename !== undefined) images.set(id, { filename, regions: [], file_attributes: {} });
    else reading.note(`${name}.view.${id}`, `expected the file of a view, got ${show(list)}`);
  }
  for (const [id, entry] of Object.entries(fieldsOf(root["metadata"]))) {
    const path = `${name}.metadata.${id}`;
    const { vid, xy, z, av } = fieldsOf(entry);
    const image = images.get(String(vid));
    if (!image) {
      reading.note(path, `expected the id of a view, got ${show(vid)}`);
      continue;
    }
    const values = Object.fromEntries(
      Object.entries(fieldsOf(av)).map(([key, value]) => valueOf(fieldsOf(attributes[key]), key, value)),
    );
    const list = isList(xy) ? Array.from(xy) : [];
    const shape = SHAPES[Number(list[0] ?? 0)];
    if (shape) image.regions.push({ shape_attributes: shapeOf(shape, list.slice(1)), region_attributes: values });
    else if (list.length > 0 || (isList(z) && z.length > 0))
      reading.note(
        path,
        list.length > 0 ? `expected a shape of 1 to 7, got ${show(list[0])}` : "a segment of time is left out",
      );
    else image.file_attributes = values;
  }
  return Object.fromEntries(images);
}

function shapeOf([name, ...coordinates]: readonly string[], numbers: readonly unknown[]): Fields {
  const every = (axis: number): unknown[] => numbers.filter((_, i) => i % 2 === axis);
  if (coordinates[0] === "all") return { name, all_points_x: every(0), all_points_y: every(1) };
  return { name, ...Object.fromEntries(coordinates.map((key, i) => [key, numbers[i]])) };
}

/** Name and value of an attribute; an option is given by its number, several with commas between. */
function valueOf(attribute: Fields, key: string, value: unknown): [string, unknown] {
  const name = readText(attribute["aname"]) ?? key;
  const options = fieldsOf(attribute["options"]);
  const ids = String(value).split(",");
  const isChosen = ids.every((id) => Object.hasOwn(options, id));
  return [name, isChosen ? ids.map((id) => options[id]).join(",") : value];
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
