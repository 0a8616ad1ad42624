// A mask to COCO's string in plain JavaScript.
import { encode } from "./rle.mjs";

export function rleEncode(mask, h, w) {
  const counts = encode(mask, h, w);
  let text = "";
  for (let i = 0; i < counts.length; i++) {
    let x = counts[i] - (i > 2 ? counts[i - 2] : 0);
    for (let more = true; more;) {
      let c = x & 31;
      x >>= 5;
      more = c & 16 ? x !== -1 : x !== 0;
      text += String.fromCharCode((more ? c | 32 : c) + 48);
    }
  }
  return text;
}
