/** Whether a picture gets its caption: part of the style. */
import { type Checks, typed } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface CaptionStyle {
  /**
   * True: `renderToPng` and `renderToJpeg` put the scene's caption on a band under the picture, which makes it higher.
   * `render` never changes a frame's size; `addCaption` adds the band to any frame. Default false.
   */
  readonly caption?: boolean | undefined;
}

export const CAPTION_CHECKS: Checks<CaptionStyle> = { caption: typed("boolean") };

export interface ResolvedCaptionStyle {
  readonly caption: boolean;
}

export function resolveCaptionStyle(style: CaptionStyle): ResolvedCaptionStyle {
  return { caption: style.caption ?? false };
}
