/**
 * JavaScript functions as those of wasm, which alone may stand in its table: through a module that imports and exports them.
 * Each takes three pointers, so many float32, and a pointer, and returns nothing.
 */
export function asWasm(functions: readonly (readonly [(...numbers: number[]) => void, floats: number])[]): unknown[] {
  const I32 = 0x7f;
  const F32 = 0x7d;
  const section = (id: number, items: readonly (readonly number[])[]): number[] => {
    const content = [items.length, ...items.flat()];
    return [id, content.length, ...content];
  };
  const letter = (i: number): number => 0x61 + i;
  const module = new WebAssembly.Module(
    Uint8Array.of(
      0x00,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      ...section(
        1,
        functions.map(([, floats]) => [0x60, floats + 4, I32, I32, I32, ...Array<number>(floats).fill(F32), I32, 0]),
      ),
      ...section(
        2,
        functions.map((_, i) => [1, letter(0), 1, letter(i), 0, i]),
      ),
      ...section(
        7,
        functions.map((_, i) => [1, letter(i), 0, i]),
      ),
    ),
  );
  const names = functions.map((_, i) => String.fromCharCode(letter(i)));
  const a = Object.fromEntries(names.map((name, i) => [name, functions[i]![0]]));
  const { exports } = new WebAssembly.Instance(module, { a });
  return names.map((name) => exports[name]);
}
