/** Readers of other people's libraries, as Python programs (Node only). */

/** Prints `name` for each of the packages that the interpreter has. */
export const FIND_PACKAGES = `
import importlib.util, sys
print(" ".join(name for name in sys.argv[1:] if importlib.util.find_spec(name)))
`;

/**
 * Arguments: format, folder. Prints JSON: for each picture, by the stem of its name, sorted objects
 * [label, kind, numbers] with boxes as x, y, width, height.
 */
export const READ_SUPERVISION = `
import json, os, sys
import supervision as sv
kind, folder = sys.argv[1:3]
images = os.path.join(folder, "images")
if kind == "yolo":
    data = sv.DetectionDataset.from_yolo(images, os.path.join(folder, "labels/train"), os.path.join(folder, "data.yaml"))
elif kind == "yolo-obb":
    data = sv.DetectionDataset.from_yolo(images, os.path.join(folder, "labels/train"), os.path.join(folder, "data.yaml"), is_obb=True)
elif kind == "voc":
    data = sv.DetectionDataset.from_pascal_voc(images, os.path.join(folder, "Annotations"))
found = {}
for path, _, objects in data:
    stem = os.path.splitext(os.path.basename(path))[0]
    rows = []
    for i in range(len(objects)):
        x0, y0, x1, y1 = map(float, objects.xyxy[i])
        rows.append([data.classes[int(objects.class_id[i])], "box", [x0, y0, x1 - x0, y1 - y0]])
    found[stem] = rows
print(json.dumps(found))
`;

/** As above, by Datumaro: boxes, polygons, polylines, points, masks (as areas). */
export const READ_DATUMARO = `
import json, os, sys
import datumaro as dm
kind, folder = sys.argv[1:3]
data = dm.Dataset.import_from(folder, kind)
labels = data.categories()[dm.AnnotationType.label]
found = {}
for item in data:
    rows = []
    for a in item.annotations:
        name = labels[a.label].name if getattr(a, "label", None) is not None else None
        kind = a.type.name
        if kind == "bbox":
            rows.append([name, "box", list(map(float, a.get_bbox()))])
        elif kind in ("polygon", "polyline", "points"):
            rows.append([name, kind, list(map(float, a.points))])
        elif kind == "mask":
            rows.append([name, "mask", [float(a.image.sum())]])
        elif kind == "label":
            rows.append([name, "tag", []])
        else:
            rows.append([name, kind, []])
    found[os.path.basename(item.id)] = rows
print(json.dumps(found))
`;

/** Arguments: format of a folder, folder, format to write, folder to write into. Pictures are written too. */
export const CONVERT_DATUMARO = `
import sys
import datumaro as dm
kind, folder, target, out = sys.argv[1:5]
dm.Dataset.import_from(folder, kind).export(out, target, save_media=True)
`;
