/** CVAT's `<label>` elements as categories, and back. */
import { show } from "../errors.ts";
import type { Category, Skeleton } from "../model/scene.ts";
import type { Reading } from "./tree-reading.ts";
import { formatXml, parseXml, tag, type XmlElement, type XmlOutput } from "./xml.ts";

/** Labels of a task, a job or a project, numbered from 1; points of a skeleton are not categories of their own. */
export function readCvatLabels(root: XmlElement, reading: Reading): Category[] {
  const meta = root.child("meta");
  const owner = meta && ["project", "task", "job"].flatMap((name) => meta.child(name)?.child("labels") ?? [])[0];
  const categories: Category[] = [];
  const labels = owner?.all("label") ?? [];
  const names = new Set<string>();
  for (const label of labels) {
    if (label.textOf("parent") !== undefined) continue;
    const name = label.textOf("name");
    if (name === undefined) {
      reading.note(label.place, "expected the <name> of a label, got none");
      continue;
    }
    if (names.has(name)) {
      reading.note(label.place, `the label ${show(name)} is there already; the first is kept`);
      continue;
    }
    names.add(name);
    const points = labels
      .filter((other) => other.textOf("parent") === name)
      .flatMap((other) => other.textOf("name") ?? []);
    categories.push({
      id: categories.length + 1,
      name,
      color: readColor(label.textOf("color")),
      skeleton: points.length > 0 ? readSkeleton(name, points, label, reading) : undefined,
    });
  }
  return categories;
}

/** `#rrggbb` as a number. */
export function readColor(text: string | undefined): number | undefined {
  return text !== undefined && /^#[\da-f]{6}$/i.test(text) ? Number.parseInt(text.slice(1), 16) : undefined;
}

/** `0xRRGGBB` as `#rrggbb`. */
export function formatColor(color: number): string {
  return `#${color.toString(16).padStart(6, "0")}`;
}

/** The edges are lines of a picture that stands in the label as text. */
function readSkeleton(name: string, points: readonly string[], label: XmlElement, reading: Reading): Skeleton {
  const svg = label.child("svg");
  const edges: [number, number][] = [];
  reading.part("", () => {
    if (!svg) return;
    // of CVAT itself as text, of other writers as elements
    const drawing = svg.children.length > 0 ? svg : parseXml(`<svg>${svg.text}</svg>`, svg.place);
    const nodes = new Map<string, number>();
    for (const node of drawing.all("circle")) {
      const index = points.indexOf(node.attributes.get("data-label-name") ?? "");
      const id = node.attributes.get("data-node-id");
      if (id !== undefined && index >= 0) nodes.set(id, index);
    }
    for (const line of drawing.all("line")) {
      const ends = ["data-node-from", "data-node-to"].map((end) => {
        const id = line.attributes.get(end) ?? "";
        return nodes.get(id) ?? (nodes.size === 0 ? Number(id) - 1 : -1);
      }) as [number, number];
      if (ends.every((end) => points[end] !== undefined)) edges.push(ends);
      else reading.note(svg.place, "an edge of the skeleton joins points that are not there");
    }
  });
  return { name, points, edges };
}

/** The `<label>` elements of a category: one for each point of its skeleton behind its own. */
export function writeCvatLabel({ name, color, skeleton }: Category): XmlOutput[] {
  const shade = color === undefined ? [] : [tag("color", formatColor(color))];
  if (!skeleton) return [tag("label", [tag("name", name), ...shade, tag("type", "any"), tag("attributes", [])])];
  const { points, edges } = skeleton;
  // places are for CVAT's own drawing alone: points on a square spiral would do as well
  const side = Math.ceil(Math.sqrt(points.length));
  const place = (i: number): [number, number] => [
    ((i % side) + 0.5) * (100 / side),
    (Math.floor(i / side) + 0.5) * (100 / side),
  ];
  const drawing = [
    ...edges.map(([from, to]) => {
      const [[x1, y1], [x2, y2]] = [place(from), place(to)];
      return tag("line", undefined, [
        ["x1", x1],
        ["y1", y1],
        ["x2", x2],
        ["y2", y2],
        ["data-type", "edge"],
        ["data-node-from", from + 1],
        ["data-node-to", to + 1],
      ]);
    }),
    ...points.map((point, i) =>
      tag("circle", undefined, [
        ["r", 1.5],
        ["cx", place(i)[0]],
        ["cy", place(i)[1]],
        ["data-type", "element node"],
        ["data-element-id", i + 1],
        ["data-node-id", i + 1],
        ["data-label-name", point],
      ]),
    ),
  ];
  return [
    tag("label", [
      tag("name", name),
      ...shade,
      tag("type", "skeleton"),
      tag("attributes", []),
      tag("svg", drawing.map((shape) => formatXml(shape)).join("")),
    ]),
    ...points.map((point) =>
      tag("label", [tag("name", point), tag("type", "points"), tag("attributes", []), tag("parent", name)]),
    ),
  ];
}
