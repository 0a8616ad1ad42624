/** Show pictures with their annotations: a page, an element, or the output of a notebook. */
import {
  openWithDesktop,
  platform,
  readFileSync,
  resolveFolder,
  resolveInside,
  temporaryFolder,
  viewerScript,
  writeFileSync,
} from "#platform";
import { encodePng } from "../codec/png-encode.ts";
import { Frame } from "../core/frame.ts";
import { render } from "../draw/render.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { within } from "../format/class-labels.ts";
import { isFields } from "../format/fields.ts";
import { toBase64 } from "../format/base64.ts";
import { Image, type ImageSource } from "../media/image.ts";
import type { Scene } from "../model/scene.ts";
import type { LimnImageElement } from "../viewer/element.ts";
import { frameOf, type PagePicture, pageOf } from "../viewer/page.ts";

/** A picture and what is drawn on it. */
export interface SceneWithPicture {
  readonly scene: Scene;
  /** Whatever an {@link Image} is made from. Default: the scene's file in `options.images`, else a plain ground. */
  readonly image?: ImageSource | undefined;
}

/** What can be shown. */
export type Visible = Image | Scene | SceneWithPicture;

/** Options of {@link visualize}. */
export interface VisualizeOptions {
  /** How pictures are drawn before the reader chooses anything. Default: limn's own look. */
  readonly style?: Style | undefined;
  /** Words above the pictures. Default: none. */
  readonly title?: string | undefined;
  /** Path of the page (Node). Default: `images.html` in a new temporary folder. */
  readonly path?: string | undefined;
  /** Folder of the files that scenes name (Node). */
  readonly images?: string | undefined;
  /**
   * Fonts for labels in scripts that the built-in font has not, which go into the page: bytes or paths (Node). Captions and names
   * beside the picture need none.
   */
  readonly fonts?: readonly (Uint8Array | string)[] | undefined;
  /** True: open the page with the desktop's program (Node). Default false. */
  readonly open?: boolean | undefined;
  /**
   * `file` (default in Node): a page of HTML, written to `path`. `element` (default in browsers): a `<limn-image>`. `html`: the
   * page as text (Node). `display` (default in a notebook's kernel of Deno): what Jupyter shows, under
   * `Symbol.for("Jupyter.display")`.
   */
  readonly as?: "file" | "element" | "html" | "display" | undefined;
}

/** The name that notebooks look for. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** Something that a notebook shows. */
export interface JupyterDisplay {
  /** Contents by media type; those of pictures are base64. */
  [JUPYTER_DISPLAY](): Readonly<Record<string, string>>;
}

const WAYS: readonly unknown[] = ["file", "element", "html", "display"];
/** CSS pixels of a page inside a notebook. */
const NOTEBOOK_HEIGHT = 640;
const GROUND = 0xdfe3e8;

/**
 * Show images, or scenes with their pictures: classes, groups, scores, opacity and zoom can be chosen by whoever looks at them.
 *
 * In Node one file of HTML is written, with everything inside: it needs no network, and nothing of captions, labels or names
 * can run in it. In a browser it is an element, whose code is loaded with the first one; import `limn/viewer` to have it at once.
 *
 * @returns the path of the page, the element, the page's text, or a display, as `options.as` says
 * @throws {ImageError} `ARGUMENT` for what cannot be shown, `IO` with the path of what cannot be read or written
 * @example
 * const path = visualize(new Image(photo, { caption: "a bench in the evening" }), { title: "Test set" });
 */
export function visualize(
  what: Visible | readonly Visible[],
  options: VisualizeOptions & { readonly as: "element" },
): LimnImageElement;
export function visualize(
  what: Visible | readonly Visible[],
  options: VisualizeOptions & { readonly as: "file" | "html" },
): string;
export function visualize(
  what: Visible | readonly Visible[],
  options: VisualizeOptions & { readonly as: "display" },
): JupyterDisplay;
export function visualize(
  what: Visible | readonly Visible[],
  options?: VisualizeOptions,
): string | LimnImageElement | JupyterDisplay;
export function visualize(
  what: Visible | readonly Visible[],
  options: VisualizeOptions = {},
): string | LimnImageElement | JupyterDisplay {
  const { style = {}, title = "", fonts = [], as = usualWay() } = checkedOptions(options);
  if (!WAYS.includes(as))
    throw new ImageError("ARGUMENT", `expected ${WAYS.join(", ")}, got ${show(as)}`, { path: "as" });
  if (typeof title !== "string")
    throw new ImageError("ARGUMENT", `expected a text, got ${show(title)}`, { path: "title" });
  if (!Array.isArray(fonts))
    throw new ImageError("ARGUMENT", `expected a list of fonts, got ${show(fonts)}`, { path: "fonts" });
  parseStyle(style);
  const list = Array.isArray(what) ? (what as readonly Visible[]) : [what as Visible];
  const pictures = list.map((item, i) =>
    Array.isArray(what) ? within(`[${i}]`, () => seenOf(item, options)) : seenOf(item, options),
  );
  if (as === "element") return elementOf(pictures, style, title);
  const files = fonts.map((font) => (typeof font === "string" ? readFileSync(font) : font));
  const page = pageOf({ pictures: pictures.map(packed), style, title, fonts: files }, viewerScript(files.length > 0));
  if (as === "html") return page;
  if (as === "display") return displayOf(page, pictures, style, title);
  const path = writeFileSync(options.path ?? `${temporaryFolder()}/images.html`, new TextEncoder().encode(page));
  if (options.open) openWithDesktop(path);
  return path;
}

function usualWay(): "file" | "element" | "display" {
  if (platform === "browser") return "element";
  return (globalThis as { Deno?: { jupyter?: unknown } }).Deno?.jupyter ? "display" : "file";
}

/** An image and its scene. */
interface Seen {
  readonly image: Image;
  readonly scene: Scene;
}

function seenOf(item: Visible, { images }: VisualizeOptions): Seen {
  if (item instanceof Image) return { image: item, scene: item.toScene() };
  if (!isFields(item)) throw new ImageError("ARGUMENT", `expected an image or a scene, got ${show(item)}`);
  const { scene, image = pictureFor(scene, images) } = (
    "annotations" in item ? { scene: item } : item
  ) as SceneWithPicture;
  if (!isFields(scene) || !Array.isArray(scene["annotations"]))
    throw new ImageError("ARGUMENT", `expected a scene, got ${show(scene)}`, { path: "scene" });
  return { image: image instanceof Image ? image : new Image(image), scene };
}

/** The file that a scene names, below a folder; without a folder a ground of the scene's size. */
function pictureFor(scene: Scene, folder: string | undefined): ImageSource {
  if (folder !== undefined && scene?.fileName !== undefined)
    return readFileSync(resolveInside(resolveFolder(folder), scene.fileName));
  const frame = Frame.create(scene?.width, scene?.height, { fill: GROUND });
  try {
    return new Image(frame);
  } finally {
    frame.free();
  }
}

function packed({ image, scene }: Seen): PagePicture {
  return { bytes: image.toFile(), scene, name: image.fileName ?? scene.fileName, orientation: image.orientation };
}

/** The element; it comes to life when its code, which nothing but a page needs, is there. */
function elementOf(pictures: readonly Seen[], style: Style, title: string): LimnImageElement {
  const element = document.createElement("limn-image");
  if (title) element.setAttribute("aria-label", title);
  const show = (): void => {
    customElements.upgrade(element);
    element.baseStyle = style;
    element.pictures = pictures.map(({ image, scene }) => ({
      scene,
      // a file may be one that the browser alone can decode
      source: () => (image.isFile ? image.toFile() : image.toFrame()),
      name: image.fileName,
      orientation: image.orientation,
    }));
  };
  if (customElements.get("limn-image")) show();
  else
    void import("../viewer/element.ts").then(({ defineLimnImage }) => {
      defineLimnImage();
      show();
    });
  return element;
}

function displayOf(page: string, pictures: readonly Seen[], style: Style, title: string): JupyterDisplay {
  return {
    [JUPYTER_DISPLAY]: () => ({
      "text/html": frameOf(page, title, NOTEBOOK_HEIGHT),
      ...(pictures[0] && { "image/png": toBase64(drawn(pictures[0], style)) }),
    }),
  };
}

/** What is seen where no page is. */
function drawn({ image, scene }: Seen, style: Style): Uint8Array {
  const frame = image.toFrame();
  try {
    return encodePng(render(frame, scene, style));
  } finally {
    frame.free();
  }
}
