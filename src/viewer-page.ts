/** The script of a page that `visualize` writes: it shows what the page holds. */
import { registerFont } from "./draw/fonts/registry.ts";
import { fromBase64 } from "./format/base64.ts";
import { defineLimnImage } from "./viewer/element.ts";
import { DATA_ID, FONT_ID, PICTURE_ID } from "./viewer/page.ts";
import { readPageData } from "./viewer/page-data.ts";

const bytesOf = (id: string): Uint8Array | undefined => {
  const text = document.getElementById(id)?.textContent;
  return text ? fromBase64(text) : undefined;
};

async function show(): Promise<void> {
  for (let i = 0, font = bytesOf(`${FONT_ID}0`); font; font = bytesOf(`${FONT_ID}${++i}`)) await registerFont(font);
  const { pictures, style } = readPageData(document.getElementById(DATA_ID)!.textContent ?? "");
  defineLimnImage();
  for (const element of document.getElementsByTagName("limn-image")) {
    element.baseStyle = style;
    element.pictures = pictures.map((picture, i) => ({ ...picture, source: () => bytesOf(`${PICTURE_ID}${i}`)! }));
  }
}

void show();
