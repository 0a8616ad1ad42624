/** Pictures with their boxes, masks and captions as one page that needs nothing else. */
import { platform, temporaryFolder, writeFileInside } from "#platform";
import { ImageError, show } from "../errors.ts";
import { toBase64 } from "../format/base64.ts";
import { Image } from "../media/image.ts";

/** The page as HTML; nothing of captions is ever read as HTML. */
export function picturePage(images: readonly Image[]): string {
  const figures = images.map((image) => {
    const png = image.toPng({ overlays: image.boxes.size + image.masks.size > 0 });
    const words = image.caption === undefined ? "" : `<figcaption>${escaped(image.caption)}</figcaption>`;
    return `<figure><img alt="" src="data:image/png;base64,${toBase64(png)}">${words}</figure>`;
  });
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  const style =
    "body{font:16px sans-serif;text-align:center}figure{display:inline-block;margin:8px}img{max-width:100%}";
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>limn</title><style>${style}</style></head><body>${figures.join("")}</body></html>`;
}

/**
 * Show images: in Node the path of a page in a temporary folder, elsewhere the page itself.
 *
 * @throws {ImageError} `ARGUMENT` for what is no image, and as `Image.render`
 */
export function visualize(images: Image | readonly Image[]): string {
  const list = images instanceof Image ? [images] : images;
  if (!Array.isArray(list) || list.some((image) => !(image instanceof Image)))
    throw new ImageError("ARGUMENT", `expected an image or a list of images, got ${show(images)}`);
  const page = picturePage(list as readonly Image[]);
  if (platform !== "node") return page;
  return writeFileInside(temporaryFolder(), "images.html", new TextEncoder().encode(page));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
