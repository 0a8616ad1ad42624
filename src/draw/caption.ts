/** A caption on a band of its own under a picture. */
import { Frame } from "../core/frame.ts";
import { packColor } from "../core/raster.ts";
import { drawPlates } from "../core/text.ts";
import { ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import { textColorOn } from "./colors.ts";
import { plateMetrics } from "./labels.ts";
import { layoutParagraph } from "./paragraph.ts";
import { resolveStyle, type Style } from "./style.ts";

const BAND = 0xffffff;
const SMALLEST_FONT = 6;
/** A band is not higher than its picture, but may have this many lines. */
const LEAST_LINES = 3;

/**
 * A new, higher frame: the picture with a text on a white band below it. The text is broken into lines; what would make the
 * band higher than the picture is cut with an ellipsis. A picture that is too narrow for any letter, and a text of blanks,
 * give a copy of the picture.
 *
 * @param frame - stays as it is, and the caller's
 * @param text - `\n` begins a new line
 * @param style - `fontSize` and `blend` apply
 * @returns a frame that the caller frees
 * @throws {ImageError} `LIMIT` when the picture becomes too large
 * @example
 * using frame = decodeImage(photo);
 * using taller = addCaption(frame, "A street in the evening, after the rain.");
 * const png = encodePng(taller);
 */
export function addCaption(frame: Frame, text: string, style: Style = {}): Frame {
  if (typeof text !== "string") throw new ImageError("ARGUMENT", `expected a text, got ${show(text)}`);
  const { width, height } = frame;
  const { font: source, fontSize: size, bias } = resolveStyle(style, width, height);
  const words = text.replace(/[^\S\n]+/g, " ").trim();
  // letters shrink on a thumbnail, so that a line has room for some of them
  const fontSize = Math.max(SMALLEST_FONT, Math.min(size, width >> 3));
  const { capHeight } = source.metrics(fontSize);
  const { lineHeight, paddingX } = plateMetrics(source, fontSize);
  const padding = Math.round(fontSize * 0.7);
  const most = Math.max(LEAST_LINES, Math.floor((height - 2 * padding) / lineHeight));
  const { lines } = layoutParagraph(words, source, fontSize, width - 2 * paddingX, most);
  if (words === "" || lines.length === 0) return frame.clone();

  const band = 2 * padding + capHeight + (lines.length - 1) * lineHeight;
  const taller = Frame.create(width, height + band, frame.opaque ? { fill: BAND } : {});
  taller.view().set(frame.view());
  const plate = {
    left: 0,
    top: height,
    right: width,
    bottom: height + band,
    color: packColor(BAND),
    ink: packColor(textColorOn(BAND)),
    lines: lines.map(({ line }, i) => ({
      line,
      penX: paddingX,
      penY: height + padding + capHeight + i * lineHeight - (line.lift ?? 0),
    })),
  };
  drawPlates(taller, { plates: [plate], radius: 0, source, size: fontSize }, bias);
  return taller;
}

/** Use a drawn frame, with its scene's caption below it where the style wants that. The frame stays the caller's. */
export function withCaption<T>(
  frame: Frame,
  { caption }: Pick<Scene, "caption">,
  style: Style,
  use: (frame: Frame) => T,
): T {
  if (!style.caption || typeof caption !== "string") return use(frame);
  const taller = addCaption(frame, caption, style);
  try {
    return use(taller);
  } finally {
    taller.free();
  }
}
