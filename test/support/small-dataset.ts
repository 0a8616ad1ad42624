/** A dataset small enough to read: two pictures, boxes that every format can hold. */
import type { LoadedDataset } from "../../src/model/scene.ts";

export function dataset(): LoadedDataset {
  const category = { categoryId: 1, category: "cat" };
  return {
    categories: [
      { id: 1, name: "cat" },
      { id: 2, name: "dog" },
    ],
    scenes: [
      {
        width: 8,
        height: 4,
        fileName: "a.png",
        imageId: 1,
        annotations: [{ id: 1, box: { x: 1, y: 1, width: 4, height: 2 }, score: 0.5, ...category }],
        classifications: [{ category: "cat", categoryId: 1 }],
      },
      {
        width: 8,
        height: 4,
        fileName: "b.png",
        imageId: 2,
        annotations: [
          { id: 2, box: { x: 2, y: 0, width: 4, height: 3 }, score: 0.75, ...category },
          {
            id: 3,
            box: { x: 0, y: 0, width: 4, height: 4 },
            segmentation: { kind: "polygon", parts: [{ outline: [0, 0, 4, 0, 4, 4], holes: [] }] },
            score: 1,
            categoryId: 2,
            category: "dog",
          },
        ],
        classifications: [{ category: "dog", categoryId: 2 }],
      },
    ],
    size: 2,
    problems: [],
  };
}
