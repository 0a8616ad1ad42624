/** Small files of formats that limn does not write: 37 x 21 pixels unless the name says otherwise. */
function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

export const PICTURES = {
  gif: bytes("R0lGODlhJQAVAIAAAExpcQljyCH5BAUAAAAALAAAAAAlABUAAAIajI+py+0Po5y02ouz3rz7D4biSJbmiaYqWgAAOw=="),
  webp: bytes("UklGRkAAAABXRUJQVlA4IDQAAAAwAwCdASolABUAP83m7XA/uDIrJWgD8DmJZwDRRA8KmggAAP7QyvgSVqwvekulxgjDoAAA"),
  webpLossless300: bytes("UklGRiQAAABXRUJQVlA4TBcAAAAvKwEFAAfQsSYUuf8BICH8v69E9D/lAAA="),
  webpExtended: bytes(
    "UklGRmQAAABXRUJQVlA4WAoAAAAQAAAAJAAAFAAAQUxQSAoAAAABB1DAiAhERP8DVlA4IDQAAAAwAwCdASolABUAP83m7XA/uDIrJWgD8DmJZwDRRA8KmggAAP7QyvgSVqwvekulxgjDoAAA",
  ),
  tiff: bytes(
    "SUkqADIAAADcTdxN3E3cTdxN3E3cTdxN3E3cTdxN3E3cTdxN3E3cTdxN3E3cTdxN3E0JAAABAwABAAAAJQAAAAEBAwABAAAAFQAAAAIBAwABAAAACAAAAAMBAwABAAAABYAAAAYBAwABAAAAAQAAABEBBAABAAAACAAAABYBAwABAAAAFQAAABcBBAABAAAAKgAAABwBAwABAAAAAQAAAAAAAAA=",
  ),
  avif: bytes(
    "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAACUAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAACUAAAAVAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAtbWRhdBIACgk4FSSjaAhoNIAyFh7CYqTgABYAAACsQ3xhuH2TYi4KDq4=",
  ),
  /** With an alpha plane as a second item. */
  avif18x50: bytes(
    "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAAXBtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAABlAABAAAAAAAAACQAAgAAAAABuAABAAAAAAAAABIAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABhdjAxAAAAABVpbmZlAgAAAAACAABhdjAxAAAAAA5waXRtAAAAAAABAAAAr2lwcnAAAACKaXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAABIAAAAyAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQAcAAAAAA5waXhpAAAAAAEIAAAAOGF1eEMAAAAAdXJuOm1wZWc6bXBlZ0I6Y2ljcDpzeXN0ZW1zOmF1eGlsaWFyeTphbHBoYQAAAAAdaXBtYQAAAAAAAAACAAEDgQIDAAIEhAIFhgAAABppcmVmAAAAAAAAAA5hdXhsAAIAAQABAAAAPm1kYXQSAAoJOBFji0gIaDSAMhUewmKk4AAWAACuMbBsKC2BRQd6bm4SAAoGGBFjiwqAMgYeQAABQBQ=",
  ),
} as const satisfies Record<string, Uint8Array>;

/** An EXIF block that holds an orientation: one directory with one entry. */
export function exifBlock(orientation: number, little = true): Uint8Array {
  const block = new Uint8Array(26);
  const view = new DataView(block.buffer);
  block.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little); // the directory
  view.setUint16(8, 1, little); // entries
  view.setUint16(10, 0x112, little);
  view.setUint16(12, 3, little); // SHORT
  view.setUint32(14, 1, little);
  view.setUint16(18, orientation, little);
  return block;
}

/** A JPEG with an EXIF segment behind its start. */
export function withExif(jpeg: Uint8Array, block: Uint8Array): Uint8Array {
  const length = block.length + 8;
  const segment = [0xff, 0xe1, length >> 8, length & 255, 0x45, 0x78, 0x69, 0x66, 0, 0];
  return Uint8Array.of(...jpeg.subarray(0, 2), ...segment, ...block, ...jpeg.subarray(2));
}
