/** Icons: small pictures that mark objects. */
import { blendFrame } from "../core/blend.ts";
import { Frame } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import type { Icon } from "../model/scene.ts";
import type { Layer, Plan } from "./layer.ts";
import type { Bounds } from "./marks.ts";
import { resize } from "./resize.ts";
import type { ResolvedStyle } from "./style.ts";

/** The icons of a scene, at what its other marks cover. */
export function planIcons(plan: Plan): Layer | undefined {
  const { style } = plan;
  const marks = plan.marks.filter(({ annotation }) => annotation.icon);
  if (marks.length === 0) return undefined;
  /** Pictures by their data and size: a scene shows one icon many times. */
  const pictures = new Map<unknown, Map<string, Frame>>();
  const places: { picture: Frame; x: number; y: number }[] = [];
  const free = (): void => {
    for (const sizes of pictures.values()) for (const picture of sizes.values()) picture.free();
  };
  try {
    for (const mark of marks) {
      const icon = checkIcon(mark.annotation.icon!, `${mark.path}.icon`);
      const bounds = plan.coverOf(mark);
      if (!bounds) continue;
      const { width, height } = sizeOf(icon, bounds, style);
      let sizes = pictures.get(icon.data);
      if (!sizes) pictures.set(icon.data, (sizes = new Map()));
      const key = `${icon.width} ${width} ${height}`;
      let picture = sizes.get(key);
      if (!picture) sizes.set(key, (picture = scaled(icon, width, height)));
      const [x, y] = anchorOf(bounds, style);
      places.push({ picture, x: Math.round(x - width / 2), y: Math.round(y - height / 2) });
    }
  } catch (error) {
    free();
    throw error;
  }
  return {
    draw(frame) {
      for (const { picture, x, y } of places) blendFrame(frame, picture, x, y, style.iconAlpha, style.bias);
    },
    free,
  };
}

function checkIcon(icon: Icon, path: string): Icon {
  const { data, width, height } = icon;
  if (!(
    Number.isInteger(width) &&
    width > 0 &&
    width <= 4096 &&
    Number.isInteger(height) &&
    height > 0 &&
    height <= 4096
  ))
    throw new ImageError(
      "ARGUMENT",
      `expected an icon of 1..4096 pixels a side, got ${show(width)} x ${show(height)}`,
      {
        path,
      },
    );
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || data.length !== width * height * 4)
    throw new ImageError("ARGUMENT", `expected ${width * height * 4} bytes of RGBA, got ${show(data)}`, {
      path: `${path}.data`,
    });
  return icon;
}

/** Whole pixels of an icon as it is drawn, its shape kept; not beyond 4096. */
function sizeOf(icon: Icon, bounds: Bounds, { iconSize }: ResolvedStyle): { width: number; height: number } {
  const shorter = Math.min(bounds.right - bounds.left, bounds.bottom - bounds.top);
  const longer = Math.min(4096, iconSize <= 1 ? iconSize * shorter : iconSize);
  const scale = longer / Math.max(icon.width, icon.height);
  return {
    width: Math.max(1, Math.round(icon.width * scale)),
    height: Math.max(1, Math.round(icon.height * scale)),
  };
}

function scaled({ data, width, height }: Icon, toWidth: number, toHeight: number): Frame {
  const frame = Frame.fromRgba(data, width, height);
  try {
    return resize(frame, { width: toWidth, height: toHeight });
  } finally {
    frame.free();
  }
}

function anchorOf({ left, top, right, bottom }: Bounds, { iconAnchor }: ResolvedStyle): [x: number, y: number] {
  const part = (low: number, high: number, from: boolean, to: boolean): number =>
    from ? low : to ? high : (low + high) / 2;
  return [
    part(left, right, iconAnchor.endsWith("left"), iconAnchor.endsWith("right")),
    part(top, bottom, iconAnchor.startsWith("top"), iconAnchor.startsWith("bottom")),
  ];
}
