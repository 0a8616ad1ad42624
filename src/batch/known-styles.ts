/** Drawing many scenes in few styles: what a style becomes for pictures of one size is decided once. */
import type { Frame } from "../core/frame.ts";
import { fontCount } from "../draw/fonts/registry.ts";
import { renderKnowing } from "../draw/render.ts";
import type { ResolvedStyle, Style } from "../draw/style.ts";
import type { Scene } from "../model/scene.ts";

interface KnownStyle {
  readonly style: Style;
  readonly resolved: Map<Style, ResolvedStyle>;
}

/** By everything that decides: a style comes to a worker as a new object with each job, so its text stands for it. */
const known: Map<string, KnownStyle> = new Map();
const MOST = 256;

/** `render` for one of many pictures. @throws {ImageError} as `render` */
export function renderOneOfMany(frame: Frame, scene: Scene, style: Style = {}): Frame {
  const text = textOf(style);
  if (text === undefined) return renderKnowing(frame, scene, style);
  const key = `${scene.width} ${scene.height} ${fontCount()} ${text}`;
  const before = known.get(key);
  if (before) return renderKnowing(frame, scene, before.style, before.resolved);
  const resolved = new Map<Style, ResolvedStyle>();
  renderKnowing(frame, scene, style, resolved);
  if (known.size >= MOST) known.clear();
  known.set(key, { style, resolved });
  return frame;
}

/** The style as text, where that says it all: values that JSON has not, such as infinity, become `null`. */
function textOf(style: Style): string | undefined {
  try {
    const text = JSON.stringify(style);
    return text.includes("null") ? undefined : text;
  } catch {
    return undefined;
  }
}
