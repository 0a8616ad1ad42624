/** Traces of tracked objects: lines that grow thinner and fade towards the past. */
import { FULL_WEIGHT, packColor } from "../core/raster.ts";
import type { Layer, Plan } from "./layer.ts";
import { checkPoints } from "./marks.ts";
import { markerBounds } from "./markers.ts";
import { distances, type Path, PathCutter, pathOf } from "./path.ts";
import { OutlineList } from "./stroke.ts";

/** Pieces of one trace, each a little more opaque than the one before. */
const STEPS = 28;
/** Width of the oldest end, as a part of that of the newest. */
const TAPER = 0.3;

/** The traces of a scene. */
export function planTraces(plan: Plan): Layer | undefined {
  const { traceWidth, traceLength, bias } = plan.style;
  const outlines = new OutlineList();
  let any = false;
  for (const mark of plan.marks) {
    const { trace } = mark.annotation;
    if (!trace) continue;
    const points = checkPoints(trace, `${mark.path}.trace`, 0);
    if (traceWidth === 0 || points.length === 0) continue;
    any = true;
    const newest = points.slice(-2 * traceLength);
    addTrace(outlines, thinned(newest), traceWidth);
    outlines.fill(packColor(mark.color));
    // where the object is now
    plan.cover(mark, "trace", markerBounds(newest.slice(-2), traceWidth)!);
  }
  return any ? { draw: (frame) => outlines.draw(frame, bias, "weighted") } : undefined;
}

/** A path without the points that are too near to the one before to be seen. */
function thinned(points: readonly number[]): Path {
  const kept: number[] = [];
  const last = points.length - 2;
  for (let i = 0; i <= last; i += 2) {
    const dx = points[i]! - kept.at(-2)!;
    const dy = points[i + 1]! - kept.at(-1)!;
    if (i === 0 || dx * dx + dy * dy > 0.5) kept.push(points[i]!, points[i + 1]!);
  }
  if (kept.length > 2) kept.splice(-2, 2, points[last]!, points[last + 1]!);
  return pathOf(kept, false);
}

function addTrace(outlines: OutlineList, path: Path, width: number): void {
  if (path.points.length < 4) {
    outlines.addStroke(path, { width }, FULL_WEIGHT);
    return;
  }
  const along = distances(path);
  const total = along.at(-1)!;
  const cutter = new PathCutter(path, along);
  const widthAt = (step: number): number => width * (TAPER + ((1 - TAPER) * step) / STEPS);
  for (let step = 0; step < STEPS; step++) {
    const piece = cutter.cut((total * step) / STEPS, (total * (step + 1)) / STEPS);
    // a piece too short to have a direction is a point of its neighbours
    if (piece.points.length < 4) continue;
    const weight = Math.max(1, Math.round((FULL_WEIGHT * (step + 1)) / STEPS));
    outlines.addStroke(
      piece,
      {
        width: widthAt(step),
        endWidth: widthAt(step + 1),
        join: "round",
        cap: step === STEPS - 1 ? "half-round" : "butt",
      },
      weight,
    );
  }
}
