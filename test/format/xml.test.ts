import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { cleanXml, escapeXml, formatXml, parseXml, tag, xmlRoot } from "../../src/format/xml.ts";

function refused(text: string | Uint8Array): ImageError {
  try {
    parseXml(text, "a.xml");
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("reading", () => {
  test("elements keep their order, attributes, text and lines", () => {
    const root = parseXml(
      '<?xml version="1.0"?>\r\n<!-- c -->\r\n<a x="1 &amp; 2">\n t <b/>u\n<c>&lt;&#65;&#x42;</c><b>2</b></a>',
      "a.xml",
    );
    expect([root.name, root.text, root.attributes.get("x"), root.place]).toEqual(["a", "t u", "1 & 2", "a.xml:3"]);
    expect(root.children.map(({ name, text, place }) => [name, text, place])).toEqual([
      ["b", "", "a.xml:4"],
      ["c", "<AB", "a.xml:5"],
      ["b", "2", "a.xml:5"],
    ]);
    expect([root.textOf("c"), root.textOf("d"), root.all("b").length]).toEqual(["<AB", undefined, 2]);
  });

  test("CDATA is text as it stands", () => {
    expect(parseXml("<a><![CDATA[<b> &amp; <!DOCTYPE]]> &amp;</a>", "a.xml").text).toBe("<b> &amp; <!DOCTYPE &");
  });

  test.each([
    ["UTF-8 with a byte order mark", new TextEncoder().encode("\ufeff<a>é</a>")],
    ["UTF-16", Uint8Array.from([0xff, 0xfe, ...[..."<a>é</a>"].flatMap((c) => [c.charCodeAt(0), 0])])],
    [
      "a declared encoding",
      Uint8Array.from([...'<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'].map((c) => c.charCodeAt(0))),
    ],
  ])("%s is read", (_, bytes) => {
    expect(parseXml(bytes, "a.xml").text).toBe("é");
  });

  test.each([
    ["", "DECODE", "empty text"],
    ["text", "DECODE", "well-formed"],
    ["<a><b></a>", "DECODE", "closing tag"],
    ["<a/><b/>", "DECODE", "one root element, got 2"],
    ['<a x="1" x="2"/>', "DECODE", "repeated"],
    ["<a>&nbsp;</a>", "DECODE", 'got "&nbsp;"'],
    ["<a>1 & 2</a>", "DECODE", "'&' is not expected"],
    ["<a>&#0;</a>", "DECODE", 'got "&#0;"'],
    ["<a>&#xd800;</a>", "DECODE", 'got "&#xd800;"'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "UNSUPPORTED", "DOCTYPE"],
    ["<a><!DOCTYPE b></a>", "UNSUPPORTED", "DOCTYPE"],
    ["<a><!ENTITY b></a>", "UNSUPPORTED", "DOCTYPE"],
    ["<a>".repeat(100) + "</a>".repeat(100), "LIMIT", "at most 64 deep"],
    ["<__proto__>1</__proto__>", "DECODE", "__proto__"],
    [Uint8Array.of(0x3c, 0xff, 0x3e), "DECODE", "UTF-8"],
    [new TextEncoder().encode('<?xml version="1.0" encoding="x-unknown"?><a/>'), "UNSUPPORTED", "x-unknown"],
  ])("%s is refused", (text, code, message) => {
    const error = refused(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.path).toMatch(/^a\.xml(:1)?$/);
  });

  test("a broken line is named", () => {
    expect(refused("<a>\n<b>\n&x;</b></a>").path).toBe("a.xml:2");
  });

  test("the root is told by the beginning alone", () => {
    expect(xmlRoot('\ufeff<?xml version="1.0"?>\n<!-- <x> --><annotations>\n<ver')).toBe("annotations");
    expect(xmlRoot('{"a": "<b>"}')).toBeUndefined();
  });
});

describe("writing", () => {
  test("what is written is read back, in text and in attributes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const root = parseXml(formatXml(tag("a", [tag("b", text)], [["c", text]])), "a.xml");
        expect(root.child("b")!.text).toBe(cleanXml(text));
        expect(root.attributes.get("c")).toBe(cleanXml(text));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test("white space at the ends and line ends are kept, control characters are not", () => {
    expect(escapeXml(" a\r\nb\u00a0")).toBe("&#32;a&#13;&#10;b&#160;");
    expect(cleanXml("a\0b\ud800c😀")).toBe("a\ufffdb\ufffdc😀");
  });
});
