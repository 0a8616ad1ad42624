/** Lists of decimal numbers in text, as Instill, CVAT and Kaggle write their runs. */
import { FAULT_CHARACTER, FAULT_CUT, FAULT_LONG, FAULT_NEGATIVE } from "./mask-record";
import { refuse } from "./rle";

/**
 * Numbers from text. A number may have a sign and blanks around it.
 *
 * out      room for (length + 1) / 2 u32
 * text     `length` bytes
 * comma    not 0: numbers are separated by commas; 0: by blanks
 * lenient  not 0: a negative number counts as 0
 * fault    2 × u32, written on BAD_DATA: reason, index of the character
 * Result: how many numbers (0 for blanks alone), or BAD_DATA.
 */
export function parseDecimals(out: usize, text: usize, length: u32, comma: u32, lenient: u32, fault: usize): i32 {
  const first = out;
  const end = text + length;
  let p = skipBlanks(text, end);
  if (p == end) return 0;
  for (;;) {
    const start = p;
    let negative = false;
    if (p < end) {
      const sign = load<u8>(p);
      if (sign == 43 || sign == 45) {
        negative = sign == 45;
        p++;
      }
    }
    const digits = p;
    let value: u64 = 0;
    for (; p < end; p++) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      value = value * 10 + digit;
      if (value > 0xffffffff) return refuse(fault, FAULT_LONG, <u32>(start - text));
    }
    if (p == digits) return refuse(fault, p == end ? FAULT_CUT : FAULT_CHARACTER, <u32>((p == end ? start : p) - text));
    if (negative && value != 0) {
      if (!lenient) return refuse(fault, FAULT_NEGATIVE, <u32>(start - text));
      value = 0;
    }
    store<u32>(out, <u32>value);
    out += 4;
    const behind = p;
    p = skipBlanks(p, end);
    if (p == end) break;
    if (comma) {
      if (load<u8>(p) != 44) return refuse(fault, FAULT_CHARACTER, <u32>(p - text));
      p = skipBlanks(p + 1, end);
    } else if (p == behind) {
      return refuse(fault, FAULT_CHARACTER, <u32>(p - text));
    }
  }
  return <i32>((out - first) >> 2);
}

/** Past spaces, tabs and line ends. */
// @ts-ignore: decorator
@inline
function skipBlanks(p: usize, end: usize): usize {
  while (p < end) {
    const c = load<u8>(p);
    if (c != 32 && (c < 9 || c > 13)) break;
    p++;
  }
  return p;
}
