/** limn's viewer for pages: the element `<limn-image>`. Browsers only. */
export { defineLimnImage, LimnImageElement } from "./element.ts";
export type { ImageLike, PictureSource, ViewerPicture } from "./picture.ts";
