/**
 * JPEG decoder, plain: bit by bit, block by block, straight from ITU T.81 and the integer arithmetic of libjpeg.
 * For sound files with Huffman coding and 8 bits; anything else is not its business. Long, because it shares nothing.
 */

interface Component {
  id: number;
  h: number;
  v: number;
  tq: number;
  quant: number[] | undefined;
  width: number;
  height: number;
  across: number;
  /** Coefficients in zigzag order. */
  blocks: Int32Array[];
  /** Samples, padded to blocks. */
  samples: Uint8Array;
}

/** Code string of bits to symbol. */
type Table = Map<string, number>;

/** Decode to interleaved native channels: L, RGB or CMYK (full ink is 255). */
export function decodeReference(bytes: Uint8Array): {
  width: number;
  height: number;
  channels: number;
  data: Uint8Array;
} {
  const quants: number[][] = [];
  const tables: [Table[], Table[]] = [[], []];
  const components: Component[] = [];
  let [width, height, progressive, interval, jfif] = [0, 0, false, 0, false];
  let adobe: number | undefined;
  const u16 = (p: number): number => bytes[p]! * 256 + bytes[p + 1]!;

  let p = 2;
  for (;;) {
    while (bytes[p] !== 0xff || bytes[p + 1] === 0 || bytes[p + 1] === 0xff) p++;
    const marker = bytes[p + 1]!;
    if (marker === 0xd9) break;
    if (marker >= 0xd0 && marker <= 0xd8) {
      p += 2;
      continue;
    }
    const end = p + 2 + u16(p + 2);
    let q = p + 4;
    if (marker === 0xe0) jfif = true;
    else if (marker === 0xee) adobe = bytes[q + 11];
    else if (marker === 0xdd) interval = u16(q);
    else if (marker === 0xdb) {
      while (q < end) {
        const [wide, id] = [bytes[q]! >> 4, bytes[q]! & 15];
        q++;
        quants[id] = Array.from({ length: 64 }, (_, k) => (wide ? u16(q + 2 * k) : bytes[q + k]!));
        q += wide ? 128 : 64;
      }
    } else if (marker === 0xc4) {
      while (q < end) {
        const [kind, id] = [bytes[q]! >> 4, bytes[q]! & 15];
        const table: Table = new Map();
        let [code, value] = [0, q + 17];
        for (let length = 1; length <= 16; length++, code *= 2)
          for (let i = 0; i < bytes[q + length]!; i++, code++)
            table.set(code.toString(2).padStart(length, "0"), bytes[value++]!);
        tables[kind as 0 | 1][id] = table;
        q = value;
      }
    } else if (marker >= 0xc0 && marker <= 0xc2) {
      progressive = marker === 0xc2;
      height = u16(q + 1);
      width = u16(q + 3);
      const count = bytes[q + 5]!;
      const factors = Array.from({ length: count }, (_, i) => bytes[q + 7 + 3 * i]!);
      const maxH = count === 1 ? 1 : Math.max(...factors.map((f) => f >> 4));
      const maxV = count === 1 ? 1 : Math.max(...factors.map((f) => f & 15));
      factors.forEach((factor, i) => {
        const [h, v] = count === 1 ? [1, 1] : [factor >> 4, factor & 15];
        const across = Math.ceil(width / (8 * maxH)) * h;
        const down = Math.ceil(height / (8 * maxV)) * v;
        components.push({
          id: bytes[q + 6 + 3 * i]!,
          h,
          v,
          tq: bytes[q + 8 + 3 * i]!,
          quant: undefined,
          width: Math.ceil((width * h) / maxH),
          height: Math.ceil((height * v) / maxV),
          across,
          blocks: Array.from({ length: across * down }, () => new Int32Array(64)),
          samples: new Uint8Array(across * down * 64),
        });
      });
    }
    p = end;
    if (marker === 0xda) p = decodeScan(q, end);
  }

  /** Read a scan; returns where the next marker is. */
  function decodeScan(header: number, start: number): number {
    const count = bytes[header]!;
    const members = Array.from({ length: count }, (_, i) => {
      const component = components.find(({ id }) => id === bytes[header + 1 + 2 * i])!;
      component.quant ??= quants[component.tq]!;
      const which = bytes[header + 2 + 2 * i]!;
      return { component, dc: tables[0][which >> 4], ac: tables[1][which & 15], predictor: 0 };
    });
    const tail = header + 1 + 2 * count;
    const [from, to] = progressive ? [bytes[tail]!, bytes[tail + 1]!] : [0, 63];
    const [high, low] = progressive ? [bytes[tail + 2]! >> 4, bytes[tail + 2]! & 15] : [0, 0];

    let at = start;
    let mask = 0;
    const bit = (): number => {
      if (mask === 0) mask = 128;
      else mask >>= 1;
      const value = bytes[at]! & mask ? 1 : 0;
      if (mask === 1) {
        at += bytes[at] === 0xff ? 2 : 1;
        mask = 0;
      }
      return value;
    };
    const bits = (n: number): number => {
      let value = 0;
      for (let i = 0; i < n; i++) value = value * 2 + bit();
      return value;
    };
    const signed = (n: number): number => {
      if (n === 0) return 0;
      const value = bits(n);
      return value < 2 ** (n - 1) ? value - 2 ** n + 1 : value;
    };
    const symbol = (table: Table): number => {
      for (let code = ""; ;) {
        code += bit();
        const found = table.get(code);
        if (found !== undefined) return found;
        if (code.length > 16) throw new Error("no such code");
      }
    };

    let run = 0; // blocks whose band has ended
    const decodeBlock = (member: (typeof members)[number], block: Int32Array): void => {
      if (from === 0) {
        if (high > 0) {
          if (bit()) block[0]! |= 1 << low;
        } else {
          member.predictor += signed(symbol(member.dc!));
          block[0] = member.predictor * 2 ** low;
        }
        if (progressive) return;
      }
      const correct = (k: number): void => {
        if (bit()) block[k]! += block[k]! > 0 ? 1 << low : -(1 << low);
      };
      let k = Math.max(1, from);
      while (k <= to && run === 0) {
        const rs = symbol(member.ac!);
        let [r, size] = [rs >> 4, rs & 15];
        if (size === 0 && r < 15) {
          run = progressive ? 2 ** r + bits(r) : 1;
          break;
        }
        const value = signed(size) * 2 ** low;
        for (; k <= to; k++) {
          if (high > 0 && block[k] !== 0) correct(k);
          else if (r-- === 0) break;
        }
        if (size && k <= to) block[k] = value;
        k++;
      }
      if (run > 0) {
        if (high > 0) for (; k <= to; k++) if (block[k] !== 0) correct(k);
        run--;
      }
    };

    const first = members[0]!.component;
    const single = count === 1;
    const across = single ? Math.ceil(first.width / 8) : first.across / first.h;
    const down = single ? Math.ceil(first.height / 8) : first.blocks.length / first.across / first.v;
    for (let mcu = 0; mcu < across * down; mcu++) {
      if (interval && mcu && mcu % interval === 0) {
        if (mask) at += bytes[at] === 0xff ? 2 : 1;
        mask = 0;
        at += 2; // the marker
        run = 0;
        for (const member of members) member.predictor = 0;
      }
      for (const member of members) {
        const { h, v, across: pitch, blocks } = member.component;
        for (let y = 0; y < (single ? 1 : v); y++)
          for (let x = 0; x < (single ? 1 : h); x++) {
            const row = Math.floor(mcu / across) * (single ? 1 : v) + y;
            decodeBlock(member, blocks[row * pitch + (mcu % across) * (single ? 1 : h) + x]!);
          }
      }
    }
    return at;
  }

  for (const component of components) transform(component);
  const full = components.map((component) => upsample(component, width, height, components));
  const channels = components.length;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const s = full.map((plane) => plane[i]!);
    const ycc = channels === 4 ? adobe === 2 : channels === 3 && (jfif || (adobe ?? 1) !== 0) && !isRgb();
    let out = ycc ? [...toRgb(s[0]!, s[1]!, s[2]!), ...s.slice(3)] : s;
    if (channels === 4 && ycc) out = [255 - out[0]!, 255 - out[1]!, 255 - out[2]!, out[3]!];
    if (channels === 4 && adobe !== undefined) out = out.map((value) => 255 - value);
    data.set(out, i * channels);
  }
  return { width, height, channels, data };

  function isRgb(): boolean {
    return !jfif && adobe === undefined && String.fromCharCode(...components.map(({ id }) => id)) === "RGB";
  }
}

const clamp = (value: number): number => Math.max(0, Math.min(255, value));

function toRgb(y: number, cb: number, cr: number): number[] {
  const [u, v] = [cb - 128, cr - 128];
  return [
    clamp(y + ((91881 * v + 32768) >> 16)),
    clamp(y + ((-22554 * u - 46802 * v + 32768) >> 16)),
    clamp(y + ((116130 * u + 32768) >> 16)),
  ];
}

/** The integer matrix of libjpeg's accurate transform, 13-bit constants: row = output 0..3, column = frequency. */
const MATRIX = [
  [8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260],
  [8192, 9633, 4433, -2259, -8192, -11362, -10704, -6436],
  [8192, 6437, -4433, -11362, -8192, 2261, 10704, 9633],
  [8192, 2260, -10703, -6436, 8192, 9633, -4433, -11363],
];

/** One output of a pass; the lower half mirrors the upper one with odd frequencies negated. */
function sum(input: (frequency: number) => number, output: number): number {
  const row = MATRIX[output < 4 ? output : 7 - output]!;
  let total = 0;
  for (let f = 0; f < 8; f++) total = (total + (output < 4 || f % 2 === 0 ? 1 : -1) * row[f]! * input(f)) | 0;
  return total;
}

function transform({ blocks, quant, across, samples }: Component): void {
  const i16 = (value: number): number => (value << 16) >> 16;
  blocks.forEach((block, index) => {
    const natural = new Int32Array(64);
    let [x, y] = [0, 0];
    for (let k = 0; k < 64; k++) {
      natural[y * 8 + x] = i16(i16(block[k]!) * quant![k]!);
      // the zigzag walk: up-right on even diagonals, down-left on odd ones, along the border at its ends
      if ((x + y) % 2 === 0) {
        if (x === 7) y++;
        else if (y === 0) x++;
        else [x, y] = [x + 1, y - 1];
      } else if (y === 7) x++;
      else if (x === 0) y++;
      else [x, y] = [x - 1, y + 1];
    }
    const columns = new Int32Array(64);
    for (let c = 0; c < 8; c++)
      for (let o = 0; o < 8; o++) {
        const value = ((sum((f) => natural[f * 8 + c]!, o) + 1024) | 0) >> 11;
        columns[o * 8 + c] = Math.max(-32768, Math.min(32767, value));
      }
    const origin = Math.floor(index / across) * 8 * across * 8 + (index % across) * 8;
    for (let r = 0; r < 8; r++)
      for (let o = 0; o < 8; o++) {
        const value = ((sum((f) => columns[r * 8 + f]!, o) + 131072 + 128 * 262144) | 0) >> 18;
        samples[origin + r * across * 8 + o] = clamp(value);
      }
  });
}

/** A component at the size of the picture. */
function upsample(component: Component, width: number, height: number, all: readonly Component[]): Uint8Array {
  const { h, v, across, samples } = component;
  const expandX = Math.max(...all.map((c) => c.h)) / h;
  const expandY = Math.max(...all.map((c) => c.v)) / v;
  const fancyX = expandX === 2 && expandY <= 2 && component.width > 2;
  const fancyY = expandY === 2 && (expandX === 1 || fancyX);
  const at = (x: number, y: number): number =>
    samples[
      Math.max(0, Math.min(component.height - 1, y)) * across * 8 + Math.max(0, Math.min(component.width - 1, x))
    ]!;
  const out = new Uint8Array(width * height);
  for (let py = 0; py < height; py++)
    for (let px = 0; px < width; px++) {
      const [x, y] = [Math.floor(px / expandX), Math.floor(py / expandY)];
      const [nx, ny] = [px % 2 ? x + 1 : x - 1, py % 2 ? y + 1 : y - 1];
      let value = at(x, y);
      if (fancyX && fancyY) {
        const [near, far] = [3 * at(x, y) + at(x, ny), 3 * at(nx, y) + at(nx, ny)];
        value = (3 * near + far + (px % 2 ? 7 : 8)) >> 4;
      } else if (fancyX) value = (3 * value + at(nx, y) + (px % 2 ? 2 : 1)) >> 2;
      else if (fancyY) value = (3 * value + at(x, ny) + (py % 2 ? 2 : 1)) >> 2;
      out[py * width + px] = value;
    }
  return out;
}
