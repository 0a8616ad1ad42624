/** The Huffman tables of ITU T.81 annex K: what the encoder writes, and what Motion JPEG leaves out of its pictures. */

/** Code counts per length, then values, as in a DHT segment; hexadecimal. */
const DC_LUMA = "00010501010101010100000000000000000102030405060708090a0b";
const DC_CHROMA = "00030101010101010101010000000000000102030405060708090a0b";
const AC_LUMA =
  "0002010303020403050504040000017d" +
  "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748" +
  "494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2" +
  "c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa";
const AC_CHROMA =
  "00020102040403040705040400010277" +
  "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a4344454647" +
  "48494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9" +
  "bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa";

let tables: { readonly dc: readonly Uint8Array[]; readonly ac: readonly Uint8Array[] } | undefined;

/** The standard tables: 0 for luminance, 1 for chrominance; 16 counts, then 256 values, padded with zeros. */
export function standardHuffman(): { readonly dc: readonly Uint8Array[]; readonly ac: readonly Uint8Array[] } {
  tables ??= { dc: [fromHex(DC_LUMA), fromHex(DC_CHROMA)], ac: [fromHex(AC_LUMA), fromHex(AC_CHROMA)] };
  return tables;
}

function fromHex(text: string): Uint8Array {
  const table = new Uint8Array(16 + 256);
  for (let i = 0; i < text.length; i += 2) table[i / 2] = Number.parseInt(text.slice(i, i + 2), 16);
  return table;
}
