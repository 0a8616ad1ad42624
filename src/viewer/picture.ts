/** What a viewer shows: a picture and its scene. */
import { decodeImageAsync } from "../codec/image.ts";
import { Frame } from "../core/frame.ts";
import { checkSceneSize } from "../draw/render.ts";
import { ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";

/** Where the pixels of a picture come from: the bytes of a file, or a frame. */
export type PictureSource = Uint8Array | Frame;

/** A picture with everything that is drawn on it. */
export interface ViewerPicture {
  readonly scene: Scene;
  /**
   * The bytes of a file (PNG, JPEG, BMP, and what the browser itself decodes), or a frame, which stays the caller's. A function
   * is called when the picture is first looked at, and may be called again later; a frame that it gives is freed.
   */
  readonly source: PictureSource | (() => PictureSource | Promise<PictureSource>);
  /** Words to tell pictures apart: the name of a file. Default: the scene's `fileName`. */
  readonly name?: string | undefined;
  /** What to do with the EXIF orientation of a file. Default: what gives the scene's size. */
  readonly orientation?: "apply" | "ignore" | undefined;
}

/** limn's own `Image`, or whatever gives the same. */
export interface ImageLike {
  toScene(): Scene;
  toFrame(): Frame;
}

/** A picture as it was handed in. @throws {ImageError} `ARGUMENT` with the path of what is none */
export function pictureOf(value: ViewerPicture | ImageLike, path: string): ViewerPicture {
  if (typeof value === "object" && value !== null) {
    if ("toScene" in value && "toFrame" in value) return { scene: value.toScene(), source: () => value.toFrame() };
    const { scene, source } = value as ViewerPicture;
    if (
      typeof scene === "object" &&
      scene !== null &&
      (typeof source === "function" || source instanceof Uint8Array || source instanceof Frame)
    )
      return value as ViewerPicture;
  }
  throw new ImageError("ARGUMENT", `expected an image, or { scene, source }, got ${show(value)}`, { path });
}

/** The name that is shown for a picture; empty where it has none. */
export function nameOf({ name, scene }: ViewerPicture): string {
  return String(name ?? scene.fileName ?? "");
}

/** The pixels, which the caller frees. @throws {ImageError} as `decodeImage`, and for a scene of another size */
export async function openPicture({ source: given, scene, orientation }: ViewerPicture): Promise<Frame> {
  const source = typeof given === "function" ? await given() : given;
  const frame =
    source instanceof Frame
      ? typeof given === "function"
        ? source
        : source.clone()
      : await decodeImageAsync(source, {
          decoder: "platform",
          ...(orientation ? { orientation } : { expect: scene }),
        });
  try {
    checkSceneSize(frame, scene);
    return frame;
  } catch (error) {
    frame.free();
    throw error;
  }
}
