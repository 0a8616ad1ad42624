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
