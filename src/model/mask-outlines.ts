/** The outlines of a mask, along the edges of its pixels. */
import type { Mask } from "./mask.ts";

/**
 * Every ring around pixels of the mask: those around the object run clockwise, those around holes the other way. Only
 * corners are given. Pixels that touch at a corner alone have rings of their own. Filled by the even-odd rule, the rings
 * give the mask back.
 *
 * @returns rings `[x0, y0, x1, y1, …]` in pixels, four points or more each
 */
export function maskOutlines({ data, width, height }: Mask): number[][] {
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  // every ring goes right along the top of a pixel somewhere; tops that were walked are marked
  const walked = new Uint8Array(width * height);
  const rings: number[][] = [];
  for (let top = 0; top < height; top++) {
    for (let left = 0; left < width; left++) {
      if (data[top * width + left] === 0 || walked[top * width + left] !== 0 || isSet(left, top - 1)) continue;
      const ring: number[] = [];
      let [x, y, dx, dy] = [left, top, 1, 0];
      do {
        if (dx === 1) walked[y * width + x] = 1;
        x += dx;
        y += dy;
        // the pixels ahead, on the object's side (to the right) and on the other
        const [rightX, rightY] = [x + ahead(dx - dy), y + ahead(dy + dx)];
        const [leftX, leftY] = [x + ahead(dx + dy), y + ahead(dy - dx)];
        if (!isSet(rightX, rightY)) {
          ring.push(x, y);
          [dx, dy] = [-dy, dx];
        } else if (isSet(leftX, leftY)) {
          ring.push(x, y);
          [dx, dy] = [dy, -dx];
        }
      } while (x !== left || y !== top || dx !== 1);
      // begins at its first corner
      rings.push([...ring.slice(-2), ...ring.slice(0, -2)]);
    }
  }
  return rings;
}

/** The pixel on a side of a corner: 1 is the pixel right of or below it, -1 the one before. */
function ahead(side: number): number {
  return side > 0 ? 0 : -1;
}
