/** Slow twin of `assembly/blend.ts`: the rule of the file's head in exact arithmetic. */
export function blendPixel(pixel: ArrayLike<number>, color: number, alpha: number, bias: number): number[] {
  const channels = [(color >> 16) & 255, (color >> 8) & 255, color & 255];
  const old = pixel[3]!;
  if (old === 255)
    return [...channels.map((c, i) => Math.floor((pixel[i]! * (255 - alpha) + c * alpha + bias) / 255)), 255];
  if (alpha === 0) return Array.from(pixel);
  const w = alpha * 255;
  const v = old * (255 - alpha);
  const half = bias === 0 ? 0 : Math.floor((w + v) / 2);
  return [
    ...channels.map((c, i) => Math.floor((pixel[i]! * v + c * w + half) / (w + v))),
    Math.floor((w + v + bias) / 255),
  ];
}
