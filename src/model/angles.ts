/** Angles by +, -, *, / and square roots alone, which are rounded alike everywhere; Math.sin and its like are not. */

/**
 * Cosine and sine of an angle in degrees, by series: sums and products round alike in every runtime, which Math.cos and
 * Math.sin do not promise.
 */
export function direction(degrees: number): { cos: number; sin: number } {
  const quarter = Math.round(degrees / 90);
  const angle = ((degrees - quarter * 90) * Math.PI) / 180;
  const square = angle * angle;
  // within 45 degrees either way the next term is below 1e-12
  let sin = 0;
  let cos = 0;
  for (let n = 12; n >= 2; n -= 2) {
    cos = (-square / (n * (n - 1))) * (1 + cos);
    sin = (-square / (n * (n + 1))) * (1 + sin);
  }
  cos += 1;
  sin = angle * (1 + sin);
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return { cos, sin };
    case 1:
      return { cos: -sin, sin: cos };
    case 2:
      return { cos: -cos, sin: -sin };
    default:
      return { cos: sin, sin: -cos };
  }
}

/**
 * The angle of a vector in degrees, 0 (to the right) up to 360, clockwise as y points down. 0 for the vector (0, 0).
 */
export function degreesOf(x: number, y: number): number {
  if (x === 0 && y === 0) return 0;
  // the nearest axis first, so that the rest is within 45 degrees
  const steep = Math.abs(y) > Math.abs(x);
  const [along, aside, axis] = steep
    ? y > 0
      ? ([y, -x, 90] as const)
      : ([-y, x, 270] as const)
    : x > 0
      ? ([x, y, 0] as const)
      : ([-x, -y, 180] as const);
  // atan t = 2 atan(t / (1 + sqrt(1 + t t))), three times: the series then needs few terms
  let tangent = aside / along;
  for (let i = 0; i < 3; i++) tangent /= 1 + Math.sqrt(1 + tangent * tangent);
  const square = tangent * tangent;
  let sum = 0;
  for (let n = 17; n >= 1; n -= 2) sum = 1 / n - square * sum;
  const degrees = axis + (8 * tangent * sum * 180) / Math.PI;
  return degrees < 0 ? degrees + 360 : degrees >= 360 ? degrees - 360 : degrees;
}
