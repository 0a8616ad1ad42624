/** Slow twin of `draw/stroke.ts`: a line is what lies within half its width, tested at 16 x 16 places of each pixel. */

export interface TwinLine {
  /** x, y of each point. */
  readonly points: readonly number[];
  readonly closed: boolean;
  readonly width: number;
  readonly join: "miter" | "round";
  readonly cap: "butt" | "round";
}

const GRID = 16;

/** Coverage 0..255 of each pixel by any of some lines. */
export function strokeCoverage(lines: readonly TwinLine[], width: number, height: number): Uint8Array {
  const inside = lines.map((line) => insideOf(line));
  return Uint8Array.from({ length: width * height }, (_, i) => {
    let count = 0;
    for (let s = 0; s < GRID * GRID; s++) {
      const x = (i % width) + ((s % GRID) + 0.5) / GRID;
      const y = Math.floor(i / width) + (Math.floor(s / GRID) + 0.5) / GRID;
      if (inside.some((test) => test(x, y))) count++;
    }
    return Math.round((count * 255) / (GRID * GRID));
  });
}

function insideOf({ points, closed, width, join, cap }: TwinLine): (x: number, y: number) => boolean {
  const h = width / 2;
  const n = points.length / 2;
  const at = (i: number): [number, number] => [points[(i % n) * 2]!, points[(i % n) * 2 + 1]!];
  const tests: ((x: number, y: number) => boolean)[] = [];
  const disc = ([cx, cy]: [number, number]) => tests.push((x, y) => Math.hypot(x - cx, y - cy) <= h);
  const direction = (i: number): [number, number] => {
    const [ax, ay] = at(i);
    const [bx, by] = at(i + 1);
    const length = Math.hypot(bx - ax, by - ay);
    return [(bx - ax) / length, (by - ay) / length];
  };
  const pieces = closed ? n : n - 1;
  for (let i = 0; i < pieces; i++) {
    const [ax, ay] = at(i);
    const [bx, by] = at(i + 1);
    const [ux, uy] = direction(i);
    const length = Math.hypot(bx - ax, by - ay);
    tests.push((x, y) => {
      const forward = (x - ax) * ux + (y - ay) * uy;
      const aside = (y - ay) * ux - (x - ax) * uy;
      return forward >= 0 && forward <= length && Math.abs(aside) <= h;
    });
  }
  for (let i = closed ? 0 : 1; i < (closed ? n : n - 1); i++) {
    if (join === "round") {
      disc(at(i));
      continue;
    }
    const [px, py] = at(i);
    const [ux, uy] = direction((i + n - 1) % n);
    const [vx, vy] = direction(i);
    const turn = 1 + ux * vx + uy * vy;
    // what lies in front of both pieces and within the two outer edges, unless that is too long; then: within the chord
    const side = ux * vy - uy * vx > 0 ? -1 : 1;
    const limited = turn <= 0.125;
    const bisector = Math.hypot(ux - vx, uy - vy);
    tests.push((x, y) => {
      const [dx, dy] = [x - px, y - py];
      const outerU = side * (dy * ux - dx * uy);
      const outerV = side * (dy * vx - dx * vy);
      if (dx * ux + dy * uy < 0 || dx * vx + dy * vy > 0 || outerU > h || outerV > h) return false;
      const out = (dx * (ux - vx) + dy * (uy - vy)) / bisector;
      return !limited || out <= h * Math.sqrt(turn / 2);
    });
  }
  if (!closed && cap === "round") {
    disc(at(0));
    disc(at(n - 1));
  }
  return (x, y) => tests.some((test) => test(x, y));
}

/** The part of a path between two distances from its start. */
export function pieceOf(points: readonly number[], closed: boolean, from: number, to: number): number[] {
  const ring = closed ? [...points, points[0]!, points[1]!] : [...points];
  const piece: number[] = [];
  let start = 0;
  for (let turn = 0; turn < (closed ? 2 : 1); turn++)
    for (let i = 2; i < ring.length; i += 2) {
      const [ax, ay, bx, by] = ring.slice(i - 2, i + 2) as [number, number, number, number];
      const length = Math.hypot(bx - ax, by - ay);
      const low = Math.max(from, start);
      const high = Math.min(to, start + length);
      if (low < high) {
        if (piece.length === 0)
          piece.push(ax + ((bx - ax) * (low - start)) / length, ay + ((by - ay) * (low - start)) / length);
        piece.push(ax + ((bx - ax) * (high - start)) / length, ay + ((by - ay) * (high - start)) / length);
      }
      start += length;
    }
  return piece;
}
