"""Times Python's libraries for the benches: one JSON request a line, one JSON answer a line."""
import io
import json
import sys
import time

loaded = {}


def image(path):
    """RGB pixels of a file, decoded once."""
    from PIL import Image

    if path not in loaded:
        loaded[path] = Image.open(path).convert("RGB")
    return loaded[path]


def raw(path, width, height, mode):
    """Raw pixels that the caller wrote to a file, as an image."""
    from PIL import Image

    if path not in loaded:
        loaded[path] = Image.frombytes(mode, (width, height), open(path, "rb").read())
    return loaded[path]


def fastest(work, seconds=0.03):
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

    data = loaded.setdefault(request["path"], open(request["path"], "rb").read())

    def work():
        picture = Image.open(io.BytesIO(data))
        picture.load()

    return {"ms": fastest(work)[0]}


def jpeg_encode(request):
    picture = raw(request["path"], request["width"], request["height"], "RGB")

    def work():
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=request["quality"], subsampling=request["subsampling"])
        return out.tell()

    ms, size = fastest(work)
    return {"ms": ms, "size": size}


def png_encode(request):
    picture = raw(request["path"], request["width"], request["height"], request["mode"])

    def work():
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=6)
        return out.tell()

    ms, size = fastest(work)
    return {"ms": ms, "size": size}


def paint_masks(request):
    """pycocotools decodes the strings, supervision's MaskAnnotator paints them."""
    import numpy
    import supervision
    from pycocotools import mask as coco

    rles = [{"size": rle["size"], "counts": rle["counts"].encode()} for rle in request["rles"]]
    picture = numpy.zeros((request["height"], request["width"], 3), numpy.uint8) + 90
    annotator = supervision.MaskAnnotator(opacity=0.5)

    def work():
        masks = coco.decode(rles).transpose(2, 0, 1).astype(bool)
        boxes = numpy.array([[0, 0, 1, 1]] * len(rles), float)
        detections = supervision.Detections(xyxy=boxes, mask=masks, class_id=numpy.arange(len(rles)))
        annotator.annotate(picture, detections)

    return {"ms": fastest(work)[0]}


JOBS = {job.__name__: job for job in (versions, jpeg_decode, jpeg_encode, png_encode, paint_masks)}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = JOBS[request["job"]](request)
    except Exception as error:  # the caller prints it and leaves the row out
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
