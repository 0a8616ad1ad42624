/** The names of what a picture shows. */
import type { Scene } from "../model/scene.ts";
import { isCategoryShown, isGroupShown, resolveFilterStyle, shownIndices } from "./filter-style.ts";
import type { Style } from "./style.ts";

/**
 * Categories of the objects, classes and label maps that a style draws, each once: objects in the scene's order, then classes,
 * then what label maps hold. A category without a name is told by its id.
 *
 * @param width, height - of the picture
 */
export function drawnCategories(
  { annotations, classifications = [], labelMaps = [] }: Pick<Scene, "annotations"> & Partial<Scene>,
  style: Style = {},
  width: number,
  height: number,
): string[] {
  const filters = resolveFilterStyle(style);
  const names = new Set<string>();
  const add = (name: string | undefined, id: string | number | undefined): void => {
    const text = name ?? (id === undefined ? undefined : String(id));
    if (text !== undefined) names.add(text);
  };
  for (const index of shownIndices(annotations, filters, width, height))
    add(annotations[index]!.category, annotations[index]!.categoryId);
  for (const { category, categoryId } of classifications) add(category, categoryId);
  for (const { data, classes, group } of labelMaps) {
    if (!classes || !isGroupShown(group, filters)) continue;
    for (const id of idsOf(data)) {
      const name = classes.get(id);
      if (name !== undefined && isCategoryShown(name, id, filters)) add(name, id);
    }
  }
  return [...names];
}

/** Each id of a map once, in the order of its rows. */
function idsOf(data: ArrayLike<number>): Set<number> {
  const ids = new Set<number>();
  let last: number | undefined;
  for (let i = 0; i < data.length; i++) if (data[i] !== last) ids.add((last = data[i]!));
  return ids;
}
