/** The tasks that make pictures out of pictures: a grid, a part, another size. */
import { blendFrame } from "../core/blend.ts";
import { Frame } from "../core/frame.ts";
import { crop } from "../draw/crop.ts";
import { resize } from "../draw/resize.ts";
import { ImageError, show } from "../errors.ts";
import { isList, type Fields, readNumber } from "../format/fields.ts";
import { fieldOf } from "../format/instill.ts";
import { checkSize } from "../limits.ts";
import { openPicture } from "./picture.ts";

function numberOf(input: Fields, name: string): number {
  const value = fieldOf(input, name);
  return value === undefined || value === null ? 0 : readNumber(value, name);
}

function wholeOf(input: Fields, name: string): number {
  const value = Math.trunc(numberOf(input, name)) + 0;
  if (value < 0) throw new ImageError("ARGUMENT", `expected 0 or more, got ${value}`, { path: name });
  return value;
}

/** `TASK_CONCAT`: pictures in a grid whose cells are as large as the first picture; what is between and behind them is clear. */
export function concatTask(input: Fields): Frame {
  const { images } = input;
  if (!isList(images) || images.length === 0)
    throw new ImageError("ARGUMENT", `expected pictures, got ${show(images)}`, { path: "images" });
  const [across, down, padding] = ["grid-width", "grid-height", "padding"].map((name) => wholeOf(input, name)) as [
    number,
    number,
    number,
  ];
  const count = images.length;
  const columns = across > 0 ? across : down > 0 ? Math.ceil(count / down) : Math.ceil(Math.sqrt(count));
  const rows = across > 0 || down === 0 ? Math.ceil(count / columns) : down;
  const frames: Frame[] = [];
  try {
    for (let i = 0; i < count; i++) frames.push(openPicture(images[i], `images[${i}]`));
    const { width, height } = frames[0]!;
    const size = [columns * width + (columns - 1) * padding, rows * height + (rows - 1) * padding] as const;
    checkSize(...size);
    const sheet = Frame.create(...size);
    for (const [i, frame] of frames.entries()) {
      // a larger picture is cut off at its cell
      const larger = frame.width > width || frame.height > height;
      const part = larger ? crop(frame, { x: 0, y: 0, width, height }, { outside: "clip" }) : frame;
      blendFrame(sheet, part, (i % columns) * (width + padding), Math.floor(i / columns) * (height + padding));
      if (larger) part.free();
    }
    return sheet;
  } finally {
    for (const frame of frames) frame.free();
  }
}

/** `TASK_CROP`: what offsets from the four sides leave; a circle or round corners make the rest clear. */
export function cropTask(frame: Frame, input: Fields): Frame {
  const [top, right, bottom, left] = ["top", "right", "bottom", "left"].map((side) =>
    wholeOf(input, `${side}-offset`),
  ) as [number, number, number, number];
  const width = frame.width - left - right;
  const height = frame.height - top - bottom;
  if (width < 1 || height < 1)
    throw new ImageError("ARGUMENT", `expected offsets that leave a picture, got ${width} x ${height}`);
  const part = crop(frame, { x: left, y: top, width, height });
  const most = Math.floor(Math.min(width, height) / 2);
  const circle = Math.min(most, wholeOf(input, "circle-radius"));
  const corner = Math.min(most, wholeOf(input, "corner-radius"));
  if (circle === 0 && corner === 0) return part;
  const isInside = circle > 0 ? insideCircle(width, height, circle) : insideCorners(width, height, corner);
  const pixels = part.toRgba();
  part.free();
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) if (!isInside(x, y)) pixels.fill(0, at, at + 4);
  return Frame.fromRgba(pixels, width, height);
}

type Inside = (x: number, y: number) => boolean;

function insideCircle(width: number, height: number, radius: number): Inside {
  const [cx, cy] = [width >> 1, height >> 1];
  return (x, y) => (x - cx) * (x - cx) + (y - cy) * (y - cy) <= radius * radius;
}

function insideCorners(width: number, height: number, radius: number): Inside {
  return (x, y) => {
    const dx = Math.max(radius - x, x - (width - radius - 1), 0);
    const dy = Math.max(radius - y, y - (height - radius - 1), 0);
    return dx === 0 || dy === 0 || dx * dx + dy * dy <= radius * radius;
  };
}

/** `TASK_RESIZE`: by a ratio, else to a width, a height or both. */
export function resizeTask(frame: Frame, input: Fields): Frame {
  const ratio = numberOf(input, "ratio");
  if (!(ratio >= 0 && ratio <= 100))
    throw new ImageError("ARGUMENT", `expected a number of 0 to 100, got ${ratio}`, { path: "ratio" });
  const [width, height] = [wholeOf(input, "width"), wholeOf(input, "height")];
  const scaled = (side: number, by: number): number => Math.max(1, Math.trunc(side * by));
  const size =
    ratio > 0
      ? { width: scaled(frame.width, ratio), height: scaled(frame.height, ratio) }
      : {
          width: width || (height ? scaled(frame.width, height / frame.height) : frame.width),
          height: height || (width ? scaled(frame.height, width / frame.width) : frame.height),
        };
  return resize(frame, { ...size, method: "lanczos3" });
}
