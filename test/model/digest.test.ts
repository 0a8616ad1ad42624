import { expect, test } from "vitest";
import { base64ToHex, md5Base64, md5Hex, sha256Hex } from "../../src/model/digest.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("digests are those of their standards, here and in browsers", () => {
  expect(sha256Hex(bytes(""))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(sha256Hex(bytes("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(md5Hex(bytes(""))).toBe("d41d8cd98f00b204e9800998ecf8427e");
  expect(md5Hex(bytes("message digest"))).toBe("f96b697d7cb7938d525a2f31aaf161d0");
  expect(md5Base64(bytes("abc"))).toBe("kAFQmDzST7DWlj99KOF/cg==");
  expect(base64ToHex(md5Base64(bytes("abc")))).toBe(md5Hex(bytes("abc")));
});
