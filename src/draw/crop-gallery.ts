/** The objects of a picture, each cut out, with their labels. */
import { cropFrame } from "../core/crop.ts";
import type { Frame } from "../core/frame.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import { type ContactSheetOptions, drawSheet } from "./contact-sheet.ts";
import { labelText } from "./label-template.ts";
import type { Bounds } from "./marks.ts";
import { planScene } from "./plan.ts";
import { checkSceneSize, render } from "./render.ts";
import type { Style } from "./style.ts";

/** How a gallery looks: a contact sheet whose captions and colours are the objects'. */
export interface CropGalleryOptions extends Omit<ContactSheetOptions, "captions" | "colors"> {
  /** Room around an object, as a share of its longer side. Default 0.1. */
  readonly padding?: number | undefined;
  /** True: masks, boxes and poses are drawn on the pictures. Default false. */
  readonly annotated?: boolean | undefined;
}

/** A place of a gallery, where the options leave it open. */
const CELL = 192;
/** Tiny objects show what is around them rather than single pixels. */
const MOST_ENLARGED = 6;

/**
 * A contact sheet of a picture's objects: each cut out with a little room around it, above a stripe of its colour and its
 * label. The style's filters say which, in the scene's order.
 *
 * @param frame - of the scene's size; stays as it is
 * @returns a new opaque frame, which the caller owns
 * @throws {ImageError} as `render` does; `ARGUMENT` where no object is left to show, `LIMIT` for a result that is too large
 * @example
 * using sheet = cropGallery(frame, scene, { minScore: 0.5, label: "{category} {score:.0%}" }, { columns: 8 });
 */
export function cropGallery(frame: Frame, scene: Scene, style: Style = {}, options: CropGalleryOptions = {}): Frame {
  const { padding = 0.1, annotated = false, ...sheet } = checkedOptions(options);
  if (!(typeof padding === "number" && padding >= 0 && padding <= 100))
    throw new ImageError("ARGUMENT", `expected a share of 0..100, got ${show(padding)}`, { path: "padding" });
  checkSceneSize(frame, scene);
  const quiet: Style = { ...style, showLabels: false, heatMapBar: "none" };
  const { plan, free } = planScene(scene, quiet);
  free();
  const { cellWidth = CELL, cellHeight = CELL } = sheet;
  const shape = cellWidth / cellHeight;
  const objects = plan.marks.flatMap((mark) => {
    const bounds = plan.coverOf(mark);
    const part = bounds && partOf(bounds, frame, padding, shape, cellHeight / MOST_ENLARGED);
    return part ? [{ part, color: mark.color, label: labelText(mark.annotation, plan.style.label) }] : [];
  });
  if (objects.length === 0)
    throw new ImageError("ARGUMENT", "expected objects in the picture that the style draws, got none");
  const source = annotated ? render(frame.clone(), scene, quiet) : frame;
  try {
    return drawSheet(
      objects.length,
      { width: CELL, height: CELL },
      { ...sheet, captions: objects.map(({ label }) => label), colors: objects.map(({ color }) => color) },
      (i, place) => {
        const { left, top, right, bottom } = objects[i]!.part;
        const part = cropFrame(source, left, top, right - left, bottom - top);
        try {
          place(part);
        } finally {
          part.free();
        }
      },
    );
  } finally {
    if (annotated) source.free();
  }
}

/**
 * What is cut out for an object: with room around it, in the shape of a place as far as the picture reaches.
 *
 * @param least - height that it should have, in pixels
 */
function partOf(
  bounds: Bounds,
  { width, height }: Frame,
  padding: number,
  shape: number,
  least: number,
): Bounds | undefined {
  const inside = {
    left: Math.max(0, bounds.left),
    top: Math.max(0, bounds.top),
    right: Math.min(width, bounds.right),
    bottom: Math.min(height, bounds.bottom),
  };
  const [w, h] = [inside.right - inside.left, inside.bottom - inside.top];
  if (w <= 0 || h <= 0) return undefined;
  const room = 1 + 2 * padding;
  // the smallest part of the place's shape that holds the object
  const longer = Math.max(least, Math.max(w / shape, h) * room);
  const fit = (low: number, extent: number, side: number, wanted: number): [number, number] => {
    const length = Math.min(side, Math.max(extent, Math.round(wanted)));
    const start = Math.min(side - length, Math.max(0, Math.round(low + (extent - length) / 2)));
    return [start, start + length];
  };
  const [left, right] = fit(inside.left, w, width, longer * shape);
  const [top, bottom] = fit(inside.top, h, height, longer);
  return { left, top, right, bottom };
}
