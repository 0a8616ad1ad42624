"""Times Python's libraries for the benches: one JSON request a line, one JSON answer a line."""
import io
import json
import sys
import time

loaded = {}


def raw(path, width, height, mode):
    """Raw pixels that the caller wrote to a file, as an image."""
    from PIL import Image

    if path not in loaded:
        loaded[path] = Image.frombytes(mode, (width, height), open(path, "rb").read())
    return loaded[path]


def fastest(work, seconds=0.025):
    best = float("inf")
    end = time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() > end:
            return best * 1000, result


def versions(_):
    found = {"python": sys.version.split()[0]}
    for name in ("PIL", "numpy", "cv2", "pycocotools", "supervision"):
        try:
            module = __import__(name)
            found[name] = getattr(module, "__version__", "?")
        except ImportError:
            pass
    return {"versions": found}


def jpeg_decode(request):
    from PIL import Image

    files = [loaded.setdefault(path, open(path, "rb").read()) for path in request["paths"]]

    def work():
        for data in files:
            picture = Image.open(io.BytesIO(data))
            picture.load()

    return {"ms": fastest(work)[0]}


def encode(request, mode, **options):
    pictures = [raw(path, request["width"], request["height"], mode) for path in request["paths"]]
    for picture in pictures:
        if request.get("palette"):
            picture.putpalette(request["palette"])

    def work():
        sizes = []
        for picture in pictures:
            out = io.BytesIO()
            picture.save(out, **options)
            sizes.append(out.tell())
        return sizes

    ms, sizes = fastest(work)
    return {"ms": ms, "sizes": sizes}


def jpeg_encode(request):
    return encode(request, "RGB", format="JPEG", quality=request["quality"], subsampling=request["subsampling"])


def png_encode(request):
    return encode(request, request["mode"], format="PNG", compress_level=6)


def paint_masks(request):
    """pycocotools decodes the strings, supervision's MaskAnnotator paints them."""
    import numpy
    import supervision
    from pycocotools import mask as coco

    rles = [{"size": rle["size"], "counts": rle["counts"].encode()} for rle in request["rles"]]
    picture = numpy.full((request["height"], request["width"], 3), 90, numpy.uint8)
    annotator = supervision.MaskAnnotator(opacity=0.5)

    def work():
        masks = coco.decode(rles).transpose(2, 0, 1).astype(bool)
        boxes = numpy.array([[0, 0, 1, 1]] * len(rles), float)
        detections = supervision.Detections(xyxy=boxes, mask=masks, class_id=numpy.arange(len(rles)))
        annotator.annotate(picture, detections)

    return {"ms": fastest(work)[0]}


def annotate_frame(request):
    """Masks from COCO strings, boxes and labels: pycocotools and supervision's three annotators."""
    import numpy
    import supervision
    from pycocotools import mask as coco

    rles = [{"size": rle["size"], "counts": rle["counts"].encode()} for rle in request["rles"]]
    picture = numpy.full((request["height"], request["width"], 3), 90, numpy.uint8)
    annotators = [supervision.MaskAnnotator(), supervision.BoxAnnotator()]
    label = supervision.LabelAnnotator(smart_position=request["smart"])
    boxes = numpy.array(request["boxes"], float)
    classes = numpy.array(request["classes"])

    def work():
        masks = coco.decode(rles).transpose(2, 0, 1).astype(bool)
        detections = supervision.Detections(xyxy=boxes, mask=masks, class_id=classes)
        for annotator in annotators:
            annotator.annotate(picture, detections)
        label.annotate(picture, detections, labels=request["labels"])

    return {"ms": fastest(work)[0]}


def annotate_files(request):
    """JPEG files to PNG files with masks, boxes and labels: OpenCV reads and writes and, by hand, draws; else supervision."""
    import cv2
    import numpy
    from pycocotools import mask as coco

    cv2.setNumThreads(1)
    palette = [((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255) for rgb in request["palette"]]
    line = request["line"]
    scale = request["fontSize"] / 32
    pad = round(request["fontSize"] * 0.4)
    files = []
    for file in request["files"]:
        rles = [{"size": rle["size"], "counts": rle["counts"].encode()} for rle in file["rles"]]
        boxes = numpy.array(file["boxes"], float)
        classes = (numpy.array(file["maskClasses"]), numpy.array(file["boxClasses"]))
        files.append((file, rles, boxes, *classes))

    def by_hand(picture, file, rles, boxes, mask_classes, box_classes):
        masks = coco.decode(rles)
        for i, (x, y, w, h) in enumerate(coco.toBbox(rles).astype(int)):
            part = picture[y : y + h, x : x + w]
            color = numpy.full_like(part, palette[mask_classes[i]][::-1])
            mixed = cv2.addWeighted(part, 0.5, color, 0.5, 0)
            cv2.copyTo(mixed, numpy.ascontiguousarray(masks[y : y + h, x : x + w, i]), part)
        for box, index, text in zip(boxes.round().astype(int).tolist(), box_classes, file["labels"]):
            color = palette[index][::-1]
            cv2.rectangle(picture, box[:2], box[2:], color, line)
            (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
            top = box[1] - height - pad
            cv2.rectangle(picture, (box[0], top), (box[0] + width + 2 * pad, box[1]), color, cv2.FILLED)
            place = (box[0] + pad, box[1] - pad // 2)
            cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 1, cv2.LINE_AA)
        return picture

    def by_supervision():
        import supervision

        colors = supervision.ColorPalette([supervision.Color(*color) for color in palette])
        paint = supervision.MaskAnnotator(color=colors, opacity=0.5)
        outline = supervision.BoxAnnotator(color=colors, thickness=line)
        label = supervision.LabelAnnotator(
            color=colors, text_color=supervision.Color(0, 0, 0), text_scale=scale, text_thickness=1, text_padding=pad // 2
        )

        def draw(picture, file, rles, boxes, mask_classes, box_classes):
            masks = coco.decode(rles).transpose(2, 0, 1).astype(bool)
            around = supervision.mask_to_xyxy(masks)
            paint.annotate(picture, supervision.Detections(xyxy=around, mask=masks, class_id=mask_classes))
            detections = supervision.Detections(xyxy=boxes, class_id=box_classes)
            outline.annotate(picture, detections)
            return label.annotate(picture, detections, labels=file["labels"])

        return draw

    draw = by_hand if request["hand"] else by_supervision()

    def work():
        for one in files:
            cv2.imwrite(one[0]["to"], draw(cv2.imread(one[0]["from"]), *one))

    return {"ms": fastest(work)[0]}


JOBS = {
    job.__name__: job
    for job in (versions, jpeg_decode, jpeg_encode, png_encode, paint_masks, annotate_frame, annotate_files)
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = JOBS[request["job"]](request)
    except Exception as error:  # the caller prints it and leaves the row out
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
