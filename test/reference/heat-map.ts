/** Stretching a grid of i16 to levels, one pixel after the other. */
export function stretchLevels(
  grid: Int16Array,
  stride: number,
  columns: readonly (readonly [lower: number, share: number])[],
  rows: readonly (readonly [lower: number, share: number])[],
): number[] {
  return rows.flatMap(([row, shareY]) =>
    columns.map(([column, shareX]) => {
      const at = (x: number): number => {
        const upper = grid[row * stride + x]!;
        const lower = grid[(row + 1) * stride + x]!;
        return (upper * (256 - shareY) + lower * shareY + 128) >> 8;
      };
      return ((at(column) * (256 - shareX) + at(column + 1) * shareX + 16384) >> 15) + 1;
    }),
  );
}
