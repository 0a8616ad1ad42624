/** The script of a page that `visualize` writes: it shows what the page holds. */
import { fromBase64 } from "./format/base64.ts";
import { defineLimnImage } from "./viewer/element.ts";
import { DATA_ID, PICTURE_ID } from "./viewer/page.ts";
import { readPageData } from "./viewer/page-data.ts";

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? "";

const { pictures, style } = readPageData(textOf(DATA_ID));
defineLimnImage();
for (const element of document.getElementsByTagName("limn-image")) {
  element.baseStyle = style;
  element.pictures = pictures.map((picture, i) => ({ ...picture, source: () => fromBase64(textOf(PICTURE_ID + i)) }));
}
