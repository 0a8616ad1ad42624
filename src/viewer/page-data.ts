/** The data of a page: pictures and scenes as text that no page can take for anything else. */
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import { Losses } from "../format/dataset-format.ts";
import { SCENE, SKELETONS } from "../format/limn-fields.ts";
import type { LabelMap, Scene, Skeleton } from "../model/scene.ts";

/** One picture of a page, without its pixels. */
export interface PageScene {
  readonly scene: Scene;
  readonly name?: string | undefined;
  readonly orientation?: "apply" | "ignore" | undefined;
}

/** Everything of a page but the pixels. */
export interface PageData {
  readonly pictures: readonly PageScene[];
  readonly style: Style;
}

/**
 * As JSON without the characters that could end a script, begin a comment or stand for an entity.
 *
 * @throws {ImageError} `UNSUPPORTED` for label maps with ids other than 0 to 255
 */
export function writePageData({ pictures, style }: PageData): string {
  const skeletons: Skeleton[] = [];
  const places = new Map<object, number>();
  const writing = {
    losses: new Losses(),
    indexOf(skeleton: object): number {
      let at = places.get(skeleton);
      if (at === undefined) places.set(skeleton, (at = skeletons.push(skeleton as Skeleton) - 1));
      return at;
    },
  };
  const written = pictures.map(({ scene, name, orientation }, i) => ({
    name,
    orientation,
    scene: SCENE.write(plainScene(scene, `pictures[${i}].scene`), `pictures[${i}].scene`, writing),
  }));
  return plainJson({ style, skeletons: SKELETONS.write(skeletons, "skeletons", writing), pictures: written });
}

/** What {@link writePageData} wrote. */
export function readPageData(text: string): PageData {
  const { style, skeletons: list, pictures } = JSON.parse(text) as PageData & { skeletons: unknown };
  const skeletons = SKELETONS.read(list, "skeletons", { at: () => undefined });
  return {
    style,
    pictures: pictures.map(({ scene, ...rest }, i) => ({
      ...rest,
      scene: SCENE.read(scene, `pictures[${i}].scene`, { at: (index) => skeletons[index] }),
    })),
  };
}

/** JSON that stays data wherever it stands in a page. */
function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function plainScene(scene: Scene, path: string): Scene {
  if (!scene.labelMaps) return scene;
  return { ...scene, labelMaps: scene.labelMaps.map((map, i) => byteMap(map, `${path}.labelMaps[${i}]`)) };
}

function byteMap(map: LabelMap, path: string): LabelMap {
  const { data } = map;
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return map;
  for (let i = 0; i < data.length; i++)
    if (data[i]! < 0 || data[i]! > 255)
      throw new ImageError("UNSUPPORTED", `expected class ids of 0 to 255, got ${data[i]}`, { path: `${path}.data` });
  return { ...map, data: Uint8Array.from(data) };
}
