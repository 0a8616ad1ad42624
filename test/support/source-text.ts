/** Reading TypeScript and AssemblyScript sources as text, well enough for the rules of the architecture. */

/** A module that a source names. */
export interface Import {
  /** Undefined where it is computed while running. */
  readonly specifier: string | undefined;
  readonly kind: "static" | "dynamic" | "url" | "require";
}

/** The source with every comment blanked and line breaks kept. Strings, templates and regular expressions stay. */
export function withoutComments(text: string): string {
  let out = "";
  let at = 0;
  const braces: ("block" | "template")[] = [];
  /** Move past `end`, or the end of the line or text, minding backslashes. */
  const literal = (end: string): void => {
    const start = at++;
    let inClass = false;
    while (at < text.length && text[at] !== "\n") {
      if (text[at] === "\\") at++;
      else if (end === "/" && text[at] === "[") inClass = true;
      else if (end === "/" && text[at] === "]") inClass = false;
      else if (text[at] === end && !inClass) break;
      at++;
    }
    at++;
    out += text.slice(start, at);
  };
  /** The words of a template up to its end or its next `${`. */
  const template = (): void => {
    const start = at++;
    while (at < text.length && text[at] !== "`" && !text.startsWith("${", at)) at += text[at] === "\\" ? 2 : 1;
    const hole = text[at] === "$";
    at += hole ? 2 : 1;
    if (hole) braces.push("template");
    out += text.slice(start, at);
  };
  while (at < text.length) {
    const character = text[at]!;
    if (text.startsWith("//", at)) {
      while (at < text.length && text[at] !== "\n") at++;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      const stop = end < 0 ? text.length : end + 2;
      out += text.slice(at, stop).replace(/[^\n]/g, " ");
      at = stop;
    } else if (character === '"' || character === "'") literal(character);
    else if (character === "/" && /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\breturn|\bcase)\s*$/.test(out.slice(-80)))
      literal("/");
    else if (character === "`") template();
    else if (character === "}" && braces.pop() === "template") template();
    else {
      if (character === "{") braces.push("block");
      out += character;
      at++;
    }
  }
  return out;
}

/** Every module that a source names: imports, re-exports, types, `import()`, `require()`, and URLs of workers and files. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  const collect = (pattern: RegExp, kind: Import["kind"]): void => {
    for (const match of code.matchAll(pattern)) found.push({ specifier: match[2], kind });
  };
  collect(/^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*(["'])([^"']+)\1/gm, "static");
  collect(/^\s*import\s*(["'])([^"']+)\1/gm, "static");
  collect(/\bimport\s*\(\s*(?:(["'`])([^"'`$]+)\1|[^"'`\s])/g, "dynamic");
  collect(/\bimport\s*\(\s*(`)(?=[^`]*\$\{)/g, "dynamic");
  collect(/\brequire\s*\(\s*(["'])([^"']+)\1/g, "require");
  collect(/\bnew\s+URL\s*\(\s*(["'`])([^"'`$]+)\1\s*,\s*import\.meta\.url/g, "url");
  return found;
}

/** A declared function: its name and how many parameters it has. */
export interface Signature {
  readonly name: string;
  readonly parameters: number;
}

function countParameters(list: string): number {
  return list.split(",").filter((parameter) => parameter.trim() !== "").length;
}

/** The functions that a source exports by declaration. */
export function exportedFunctions(text: string): Signature[] {
  const matches = withoutComments(text).matchAll(/\bexport\s+function\s+(\w+)\s*\(([^)]*)\)/g);
  return Array.from(matches, ([, name, list]) => ({ name: name!, parameters: countParameters(list!) }));
}

/** `export { a, b as c } from "./file"`: the names outside and inside, and the file. */
export function reExports(text: string): { name: string; inner: string; from: string }[] {
  const matches = withoutComments(text).matchAll(/\bexport\s*\{([^}]*)\}\s*from\s*["']([^"']+)["']/g);
  return Array.from(matches).flatMap(([, list, from]) =>
    list!
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "")
      .map((entry) => {
        const [inner, name = inner] = entry.split(/\s+as\s+/);
        return { name: name!, inner: inner!, from: from! };
      }),
  );
}

/** The interfaces of a source whose name ends in a word: name, what it extends, and its methods. */
export function interfacesOf(
  text: string,
  ending: string,
): { name: string; parents: string[]; methods: Signature[] }[] {
  const matches = withoutComments(text).matchAll(
    new RegExp(`\\binterface\\s+(\\w*${ending})\\s*(?:extends\\s+([^{]+?))?\\s*\\{([^}]*)\\}`, "g"),
  );
  return Array.from(matches, ([, name, parents = "", body]) => ({
    name: name!,
    parents: parents.split(",").map((parent) => parent.trim()),
    methods: Array.from(body!.matchAll(/(?:^|[;\n])\s*(\w+)\s*\(([^)]*)\)/g), ([, method, list]) => ({
      name: method!,
      parameters: countParameters(list!),
    })),
  }));
}
