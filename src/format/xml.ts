/** XML as a tree of elements in order. The one door to fast-xml-parser; what is not data (DOCTYPE, entities) is refused. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { ImageError, show } from "../errors.ts";
import { readNumber, toNumber } from "./fields.ts";
import { textOf } from "./tree-reading.ts";

/** Deepest nesting; annotation files need fewer than ten levels. */
const MAX_DEPTH = 64;
/** Elements of one file. */
const MAX_ELEMENTS = 5_000_000;
/** Characters of one file. */
const MAX_LENGTH = 2 ** 28;

/** An element of an XML file. */
export class XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** In the file's order. */
  readonly children: readonly XmlElement[];
  /** The text right inside, without what stands in children and without white space around it. */
  readonly text: string;
  readonly #start: number;
  readonly #lines: Lines;

  constructor(
    name: string,
    attributes: ReadonlyMap<string, string>,
    children: readonly XmlElement[],
    text: string,
    start: number,
    lines: Lines,
  ) {
    this.name = name;
    this.attributes = attributes;
    this.children = children;
    this.text = text;
    this.#start = start;
    this.#lines = lines;
  }

  /** Where it stands: `Annotations/a.xml:12`. */
  get place(): string {
    return this.#lines.at(this.#start);
  }

  /** The first child of that name. */
  child(name: string): XmlElement | undefined {
    return this.children.find((child) => child.name === name);
  }

  all(name: string): XmlElement[] {
    return this.children.filter((child) => child.name === name);
  }

  /** The text of the first child of that name; undefined where there is none or it is empty. */
  textOf(name: string): string | undefined {
    return this.child(name)?.text || undefined;
  }

  /** The number that the first child of that name holds. @throws {ImageError} `ARGUMENT` with its line */
  numberOf(name: string): number {
    const child = this.child(name);
    if (!child) throw new ImageError("ARGUMENT", `expected a number in <${name}>, got none`, { path: this.place });
    const number = toNumber(child.text);
    return Number.isFinite(number) ? number : readNumber(child.text, child.place);
  }

  /** The number of an attribute. @throws {ImageError} `ARGUMENT` with the element's line */
  numberAttribute(name: string): number {
    const value = this.attributes.get(name);
    const number = toNumber(value);
    // the place costs a search, so only what is wrong asks for it
    return Number.isFinite(number) ? number : readNumber(value, `${this.place}.${name}`);
  }
}

/** Turns positions into file and line, when somebody asks. */
class Lines {
  readonly #text: string;
  readonly #file: string;
  #starts: number[] | undefined;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  at(position: number): string {
    if (!this.#starts) {
      this.#starts = [];
      for (let at = -1; ;) {
        at = this.#text.indexOf("\n", at + 1);
        if (at < 0) break;
        this.#starts.push(at);
      }
    }
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return `${this.#file}:${low + 1}`;
  }
}

type Node = Readonly<Record<string, unknown>>;

const PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  captureMetaData: true,
  cdataPropName: "#cdata",
  maxNestedTags: MAX_DEPTH,
  ignoreDeclaration: true,
  ignorePiTags: true,
});
const POSITION = XMLParser.getMetaDataSymbol() as unknown as string;

/**
 * The root element of an XML file.
 *
 * Text in UTF-8, UTF-16 or the encoding that the file declares. `&lt; &gt; &amp; &quot; &apos;` and characters by number
 * are read; every other entity is an error, and so is a DOCTYPE.
 *
 * @param file - the file's name, for errors
 * @throws {ImageError} `DECODE` with file and line for what is not well-formed; `UNSUPPORTED` for a DOCTYPE; `LIMIT` for
 *   files that are too long, too deep or have too many elements
 */
export function parseXml(source: string | Uint8Array, file: string): XmlElement {
  const text = (typeof source === "string" ? source.replace(/^\ufeff/, "") : decodeXml(source, file)).replace(
    /\r\n?/g,
    "\n",
  );
  const lines = new Lines(text, file);
  checkText(text, file, lines);
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    const { msg, line } = verdict.err;
    throw new ImageError("DECODE", `expected well-formed XML, got ${show(msg).slice(1, -1)}`, {
      path: line > 0 ? `${file}:${line}` : file,
    });
  }
  let nodes: readonly Node[];
  try {
    nodes = PARSER.parse(text) as readonly Node[];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (message.startsWith("Maximum nested"))
      throw new ImageError("LIMIT", `expected elements at most ${MAX_DEPTH} deep, got more`, { path: file, cause });
    throw new ImageError("DECODE", `expected well-formed XML, got ${show(message).slice(1, -1)}`, {
      path: file,
      cause,
    });
  }
  const roots = nodes.filter((node) => !("#text" in node) && !("#cdata" in node)).map((node) => toElement(node, lines));
  if (roots.length !== 1)
    throw new ImageError("DECODE", `expected one root element, got ${roots.length}`, { path: file });
  return roots[0]!;
}

/** The name of a file's root element, by its beginning alone; undefined for what is not XML. */
export function xmlRoot(head: string): string | undefined {
  return /^\s*(?:<\?[\s\S]*?\?>\s*|<!--[\s\S]*?-->\s*)*<([A-Za-z_][\w.:-]*)/.exec(head.replace(/^\ufeff/, ""))?.[1];
}

function decodeXml(bytes: Uint8Array, file: string): string {
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
  try {
    if (marked || !declared || /^utf-?(?:8|16)$/i.test(declared)) return textOf(bytes, true);
    return new TextDecoder(declared, { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof ImageError) throw cause.at(file);
    const message = `expected text in the encoding that the file declares, got ${show(declared)}`;
    throw new ImageError(cause instanceof RangeError ? "UNSUPPORTED" : "DECODE", message, { path: file, cause });
  }
}

function checkText(text: string, file: string, lines: Lines): void {
  if (text.trim() === "") throw new ImageError("DECODE", "expected XML, got an empty text", { path: file });
  if (text.length > MAX_LENGTH)
    throw new ImageError("LIMIT", `expected at most ${MAX_LENGTH} characters of XML, got ${text.length}`, {
      path: file,
    });
  // every element has one "<", or two
  let count = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) count += 1;
  if (count > 2 * MAX_ELEMENTS)
    throw new ImageError("LIMIT", `expected at most ${MAX_ELEMENTS} elements, got more`, { path: file });
  for (const match of text.matchAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<!/g))
    if (match[0] === "<!")
      throw new ImageError("UNSUPPORTED", "expected XML without DOCTYPE, got one (it is not read)", {
        path: lines.at(match.index),
      });
}

/** Walks no deeper than the parser did. */
function toElement(node: Node, lines: Lines): XmlElement {
  const name = Object.keys(node).find((key) => key !== ":@")!;
  const start = (node[POSITION] as { startIndex?: number } | undefined)?.startIndex ?? 0;
  const attributes = new Map<string, string>();
  for (const [key, value] of Object.entries((node[":@"] as Record<string, string> | undefined) ?? {}))
    // what an attribute's line ends mean is the standard's: a space
    attributes.set(key, decodeEntities(String(value).replace(/[\t\n]/g, " "), start, lines));
  const children: XmlElement[] = [];
  let text = "";
  for (const child of node[name] as readonly Node[]) {
    if ("#text" in child) text += String(child["#text"]);
    else if ("#cdata" in child)
      text += (child["#cdata"] as readonly Node[]).map((part) => escapeXml(String(part["#text"] ?? ""))).join("");
    else children.push(toElement(child, lines));
  }
  return new XmlElement(name, attributes, children, decodeEntities(text.trim(), start, lines), start, lines);
}

const ENTITIES = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decodeEntities(text: string, start: number, lines: Lines): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7}|x[\dA-Fa-f]{1,6});|([^;&\s]{1,40});)?/g, (whole, code?: string, name?: string) => {
    const known = name === undefined ? undefined : ENTITIES.get(name);
    if (known !== undefined) return known;
    const point = code === undefined ? NaN : Number(code.startsWith("x") ? `0${code}` : code);
    if (isXmlCharacter(point)) return String.fromCodePoint(point);
    throw new ImageError("DECODE", `expected one of the five entities or a character's number, got ${show(whole)}`, {
      path: lines.at(start),
    });
  });
}

function isXmlCharacter(point: number): boolean {
  return point === 9 || point === 10 || point === 13 || (point >= 0x20 && point <= 0x10ffff && !isForbidden(point));
}

function isForbidden(point: number): boolean {
  return (point >= 0xd800 && point <= 0xdfff) || point === 0xfffe || point === 0xffff;
}

/**
 * Text as it may stand in an element or an attribute, so that reading gives it back: white space at its ends and line ends
 * are written by number. What XML cannot hold at all (control characters, halves of surrogates) becomes U+FFFD.
 */
export function escapeXml(text: string): string {
  const byNumber = (part: string): string => part.replace(/[\s\S]/g, (character) => `&#${character.charCodeAt(0)};`);
  return (
    cleanXml(text)
      .replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]!)
      .replace(/[\t\n\r]/g, byNumber)
      // an element's text is read without the white space around it
      .replace(/^\s+|\s+$/g, byNumber)
  );
}

/** The text with U+FFFD for each character that XML cannot hold. */
export function cleanXml(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}

/** What {@link formatXml} writes: an element with attributes, and with children or text inside. */
export interface XmlOutput {
  readonly name: string;
  readonly attributes?: Iterable<readonly [name: string, value: string | number]> | undefined;
  readonly inside?: readonly XmlOutput[] | string | number | undefined;
}

/** An element to write: `tag("xmin", 3)`, `tag("object", [tag("name", "cat")])`. */
export function tag(
  name: string,
  inside?: XmlOutput["inside"],
  attributes?: Iterable<readonly [name: string, value: string | number]>,
): XmlOutput {
  return { name, inside, attributes };
}

/** The lines of an element, indented by two spaces a level. */
export function formatXml({ name, attributes, inside }: XmlOutput, indent = ""): string {
  let open = `${indent}<${name}`;
  for (const [key, value] of attributes ?? []) open += ` ${key}="${escapeXml(String(value))}"`;
  if (inside === undefined || (Array.isArray(inside) && inside.length === 0)) return `${open}></${name}>\n`;
  if (!Array.isArray(inside)) return `${open}>${escapeXml(String(inside))}</${name}>\n`;
  return `${open}>\n${inside.map((child) => formatXml(child, `${indent}  `)).join("")}${indent}</${name}>\n`;
}
