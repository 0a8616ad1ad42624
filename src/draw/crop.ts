/** Parts of pictures. */
import { toBgr } from "../core/blend.ts";
import { cropFrame } from "../core/crop.ts";
import type { Frame } from "../core/frame.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Box } from "../model/scene.ts";
import { direction } from "../model/angles.ts";
import { type Color, parseColor } from "./colors.ts";
import { type Bounds, checkCoordinate, checkExtent } from "./marks.ts";

/** Pixels on each side. */
export interface Sides {
  readonly left?: number | undefined;
  readonly top?: number | undefined;
  readonly right?: number | undefined;
  readonly bottom?: number | undefined;
}

/** How a part is cut out. */
export interface CropOptions {
  /** Whole pixels around the box, on all sides or on each; negative ones cut more off. Default 0. */
  readonly padding?: number | Sides | undefined;
  /** What becomes of a part outside of the picture: `clip` leaves it away, `pad` fills it. Default `clip`. */
  readonly outside?: "clip" | "pad" | undefined;
  /** Colour of what `pad` fills. Default: nothing, so that the result has alpha. */
  readonly background?: Color | undefined;
  /** Radius of round corners in pixels, at most half of the shorter side; the result has alpha. Default 0. */
  readonly cornerRadius?: number | undefined;
  /** True: the largest circle in the middle, with nothing around it; the result is square and has alpha. Default false. */
  readonly circle?: boolean | undefined;
}

/**
 * Cut a box out of a picture: its edges rounded to whole pixels, at least one pixel wide and high. Of a turned box it is
 * the upright rectangle around it.
 *
 * @returns a new frame, which the caller owns; the given one stays as it is
 * @throws {ImageError} `ARGUMENT` for a box without extent, one that does not touch the picture (with `clip`) or options
 *   that cannot be meant, `LIMIT` for a result that is too large
 * @example
 * using face = crop(frame, { x: 20, y: 10, width: 60, height: 70 }, { padding: 12, cornerRadius: 8 });
 * using avatar = crop(frame, { x: 0.4, y: 0.1, width: 0.2, height: 0.3, normalized: true }, { circle: true });
 */
export function crop(frame: Frame, box: Box, options: CropOptions = {}): Frame {
  const { outside = "clip", circle = false, cornerRadius = 0 } = checkedOptions(options);
  if (outside !== "clip" && outside !== "pad")
    throw new ImageError("ARGUMENT", `expected clip or pad, got ${show(outside)}`, { path: "outside" });
  if (typeof circle !== "boolean")
    throw new ImageError("ARGUMENT", `expected true or false, got ${show(circle)}`, { path: "circle" });
  checkExtent(cornerRadius, "cornerRadius");
  const background = options.background === undefined ? undefined : parseColor(options.background, "background");
  const { width, height } = frame;
  let { left, top, right, bottom } = padded(boxBounds(box, width, height, "box"), options.padding);
  if (outside === "clip") {
    [left, top, right, bottom] = [
      Math.max(0, left),
      Math.max(0, top),
      Math.min(width, right),
      Math.min(height, bottom),
    ];
    if (left >= right || top >= bottom)
      throw new ImageError(
        "ARGUMENT",
        `expected a box that touches the picture of ${width} x ${height}, got ${show(box)}`,
        {
          path: "box",
        },
      );
  } else if (left >= right || top >= bottom) {
    throw new ImageError("ARGUMENT", "expected padding that leaves a part of the box, got more", { path: "padding" });
  }
  if (circle) {
    const side = Math.min(right - left, bottom - top);
    left += (right - left - side) >> 1;
    top += (bottom - top - side) >> 1;
    [right, bottom] = [left + side, top + side];
  }
  checkSize(right - left, bottom - top, "box");
  const inside = left >= 0 && top >= 0 && right <= width && bottom <= height;
  const radius = circle ? (right - left) / 2 : Math.min(cornerRadius, (right - left) / 2, (bottom - top) / 2);
  const alpha = radius > 0 || !(inside || background !== undefined);
  const colored = !inside && background !== undefined;
  const part = cropFrame(
    frame,
    left,
    top,
    right - left,
    bottom - top,
    alpha ? "RGBA" : colored && frame.mode === "L" ? "RGB" : colored && frame.mode === "LA" ? "RGBA" : frame.mode,
    background === undefined ? 0 : (0xff000000 | toBgr(background)) >>> 0,
  );
  if (radius > 0) roundCorners(part, radius);
  return part;
}

/** Whole pixels of a box in a picture. @throws {ImageError} `ARGUMENT` for a box that cannot be meant */
export function boxBounds(box: Box, pictureWidth: number, pictureHeight: number, path: string): Bounds {
  const [unitX, unitY] = box?.normalized ? [pictureWidth, pictureHeight] : [1, 1];
  const width = checkExtent(box?.width, `${path}.width`) * unitX;
  const height = checkExtent(box.height, `${path}.height`) * unitY;
  const x = checkCoordinate(box.x, `${path}.x`) * unitX + width / 2;
  const y = checkCoordinate(box.y, `${path}.y`) * unitY + height / 2;
  if (!(width > 0 && height > 0))
    throw new ImageError("ARGUMENT", `expected a box with an extent, got ${show(width)} x ${show(height)}`, { path });
  const rotation = checkCoordinate(box.rotation ?? 0, `${path}.rotation`) % 360;
  const { cos, sin } = direction(rotation);
  const halfWidth = (Math.abs(width * cos) + Math.abs(height * sin)) / 2;
  const halfHeight = (Math.abs(width * sin) + Math.abs(height * cos)) / 2;
  const left = Math.round(checkCoordinate(x - halfWidth, path));
  const top = Math.round(checkCoordinate(y - halfHeight, path));
  return {
    left,
    top,
    right: Math.max(left + 1, Math.round(checkCoordinate(x + halfWidth, path))),
    bottom: Math.max(top + 1, Math.round(checkCoordinate(y + halfHeight, path))),
  };
}

function padded({ left, top, right, bottom }: Bounds, padding: number | Sides = 0): Bounds {
  const sides =
    typeof padding === "number" ? { left: padding, top: padding, right: padding, bottom: padding } : padding;
  const side = (name: keyof Sides): number => {
    const value: unknown = sides?.[name] ?? 0;
    if (!Number.isInteger(value) || Math.abs(value as number) > 2 ** 20)
      throw new ImageError("ARGUMENT", `expected whole pixels, got ${show(value)}`, {
        path: typeof padding === "number" ? "padding" : `padding.${name}`,
      });
    return value as number;
  };
  return {
    left: left - side("left"),
    top: top - side("top"),
    right: right + side("right"),
    bottom: bottom + side("bottom"),
  };
}

/** Take alpha away outside of round corners: what of a pixel the circle covers, by the distance of its middle. */
function roundCorners(frame: Frame, radius: number): void {
  const { width, height } = frame;
  const pixels = frame.view();
  const reach = Math.ceil(radius);
  for (let y = 0; y < Math.min(reach, height); y++) {
    const dy = radius - y - 0.5;
    for (let x = 0; x < Math.min(reach, width); x++) {
      const dx = radius - x - 0.5;
      if (dx <= 0 || dy <= 0) continue;
      const share = radius + 0.5 - Math.sqrt(dx * dx + dy * dy);
      if (share >= 1) break; // from here on the row is inside
      const factor = Math.max(0, share);
      const [rows, columns] = [
        [y, height - 1 - y],
        [x, width - 1 - x],
      ] as const;
      // a row or column in the middle is its own mirror image
      for (let i = rows[0] === rows[1] ? 1 : 0; i < 2; i++)
        for (let j = columns[0] === columns[1] ? 1 : 0; j < 2; j++)
          fade(pixels, (rows[i]! * width + columns[j]!) * 4, factor);
    }
  }
}

function fade(pixels: Uint8Array, at: number, share: number): void {
  if (share > 0) pixels[at + 3] = Math.round(pixels[at + 3]! * share);
  else pixels[at] = pixels[at + 1] = pixels[at + 2] = pixels[at + 3] = 0;
}
