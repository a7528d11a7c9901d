#!/usr/bin/python3
"""Non-local average and milling correction with numpy and OpenCV's box filter: what EmTools is compared with.

Written from the formulas of Kreinin et al. (2023, bioRxiv 10.1101/2023.09.14.557785), as one writes such filters in
Python: 32-bit floats, one box filter of a whole plane for every average, nothing done pixel by pixel.

    published.py check FOLDER                 compares with the reference cases in FOLDER (nlm-*.h5, milling-*.h5)
    published.py time CASE.json               times a filter on raw planes; bench/Neighbours writes the case
"""
import argparse
import json
import pathlib
import sys
import time

import cv2
import numpy as np

EPS = np.float32(2.0 ** -23)
STEP = np.float32(1e-6)  # a candidate must be better by this much
LARGEST = np.float32(1.00001)  # 1 but for rounding, or a place would be no candidate for itself


def box(image, side):
    """The average over side x side pixels, mirrored at the edges."""
    return cv2.blur(image, (side, side), borderType=cv2.BORDER_REFLECT_101)


def statistics(image, side):
    """Local average and standard deviation."""
    mean = box(image, side)
    return mean, np.sqrt(np.maximum(box(image * image, side) - mean * mean, 0))


class Best:
    """The best candidates of every pixel, a row a pixel. Only rows that take a candidate are touched."""

    def __init__(self, shape, count):
        self.shape = shape
        self.scores = np.zeros((shape[0] * shape[1], count), np.float32)
        self.values = np.zeros_like(self.scores)
        self.factors = np.ones_like(self.scores)  # what a candidate's score is multiplied with in the end
        self.least = np.zeros(shape, np.float32)  # the smallest score kept
        self.place = np.zeros(shape, np.intp)  # where it stands
        self.numbers = np.arange(shape[0] * shape[1]).reshape(shape)

    def enter(self, score, image):
        """Makes an image's pixels the first candidates."""
        self.scores[:, -1] = score
        self.values[:, -1] = image.ravel()
        self._find_least(np.arange(len(self.scores)))

    def offer(self, rows, columns, score, image, factor):
        """Offers a rectangle of pixels a candidate each."""
        taken = (score > self.least[rows, columns] + STEP) & (score <= LARGEST)
        pixels = self.numbers[rows, columns][taken]
        place = self.place.reshape(-1)[pixels]
        self.scores[pixels, place] = score[taken]
        self.values[pixels, place] = image[taken]
        if factor is not None:
            self.factors[pixels, place] = factor
        self._find_least(pixels)

    def _find_least(self, pixels):
        place = self.scores[pixels].argmin(axis=1)
        self.place.reshape(-1)[pixels] = place
        self.least.reshape(-1)[pixels] = self.scores[pixels, place]

    def average(self, clip):
        weights = (self.scores if clip is None else np.minimum(self.scores, np.float32(clip))) * self.factors
        return ((weights * self.values).sum(axis=1) / (weights.sum(axis=1) + EPS)).reshape(self.shape)


def overlap(shift, length):
    """Where template and shifted section overlap along an axis: in the template, and in the section."""
    first, end = max(0, shift), length + min(0, shift)
    return slice(first, end), slice(first - shift, end - shift)


def non_local_means(sections, template, BLOCK, NBHOOD, WEIGHT_COUNT, section_weight=None, adjust_xcorr=False, clip=None,
                    source_weight=None, source=None):
    """The average of the pixels whose surroundings correlate best with the template's."""
    height, width = template.shape
    reach = NBHOOD // 2
    template_mean, template_deviation = statistics(template, BLOCK)
    best = Best(template.shape, WEIGHT_COUNT)
    if source_weight is not None:
        best.enter(source_weight, source)
    for k, section in enumerate(sections):
        weight = 1 if section_weight is None else section_weight[k]
        if weight == 0:
            continue
        mean, deviation = statistics(section, BLOCK)
        for dy in range(-reach, reach + 1):
            rows, from_rows = overlap(dy, height)
            for dx in range(-reach, reach + 1):
                columns, from_columns = overlap(dx, width)
                there = (from_rows, from_columns)
                here = (rows, columns)
                score = box(template[here] * section[there], BLOCK)
                score -= mean[there] * template_mean[here]
                score /= deviation[there] * template_deviation[here] + EPS
                if adjust_xcorr and weight != 1:
                    score *= np.float32(weight)
                factor = None if section_weight is None or adjust_xcorr else weight
                for _ in range(2 if (dy == 0) != (dx == 0) else 1):
                    best.offer(rows, columns, score, section[there], factor)
    return best.average(clip)


def in_patches(sections, template, patch_shape, overlap, **parameters):
    """The non-local average patch by patch, of which the interiors are kept."""
    result = np.empty_like(template)
    for top, bottom, first_row, end_row in cuts(template.shape[0], patch_shape[0], overlap[0]):
        for left, right, first_column, end_column in cuts(template.shape[1], patch_shape[1], overlap[1]):
            patch = non_local_means([s[top:bottom, left:right] for s in sections], template[top:bottom, left:right], **parameters)
            result[first_row:end_row, first_column:end_column] = patch[first_row - top:end_row - top, first_column - left:end_column - left]
    return result


def cuts(length, size, shared):
    """Patches along an axis: begin, end, and the part that they give."""
    start = given = 0
    while given < length:
        end = length if start + size >= length else start + size - shared // 2
        yield start, min(start + size, length), given, end
        given = end
        start += size - shared


def milling_correction(sections, sigma, nbhood, method):
    """Interpolates where sections turn from being like the first to being like the last."""
    count = len(sections)
    centre = np.float32((count - 1) / 2)
    first, last = sections[0], sections[-1]
    means = [box(s, nbhood) for s in sections]
    before = [box(s * first, nbhood) - m * means[0] for s, m in zip(sections, means)]
    after = [box(s * last, nbhood) - m * means[-1] for s, m in zip(sections, means)]
    if method != "covar":
        variances = [box(s * s, nbhood) - m * m for s, m in zip(sections, means)]
    if method == "covar":
        likeness = [b - a for b, a in zip(before, after)]
    elif method == "xcorr":
        likeness = [b / (np.sqrt(v * variances[0]) + EPS) - a / (np.sqrt(v * variances[-1]) + EPS) for b, a, v in zip(before, after, variances)]
    else:
        with np.errstate(divide="ignore"):
            likeness = [np.log(np.maximum(v + variances[-1] - 2 * a, 0) / np.maximum(v + variances[0] - 2 * b, EPS)) for b, a, v in zip(before, after, variances)]

    place = np.zeros_like(first)
    here, following = likeness[0].copy(), likeness[1].copy()
    distance = np.full_like(first, centre)
    for k in range(1, count - 1):
        nearer = (likeness[k] >= 0) & (likeness[k + 1] < 0) & (abs(k - centre) < distance)
        place[nearer] = k
        distance[nearer] = abs(k - centre)
        here[nearer] = likeness[k][nearer]
        following[nearer] = likeness[k + 1][nearer]
    place += 1 / (1 - following / (here + EPS))

    rate = np.float32(-0.5 / sigma ** 2) / (1 + np.abs(place - centre))
    total = np.zeros_like(first)
    weights = np.zeros_like(first)
    for k, section in enumerate(sections):
        weight = np.exp((k - place) ** 2 * rate)
        total += weight * section
        weights += weight
    return total / weights


def run(name, sections, template, parameters):
    """A filter with the published package's parameters."""
    if name == "milling":
        return milling_correction(sections, **parameters)
    if "patch_shape" in parameters:
        return in_patches(sections, template, **parameters)
    return non_local_means(sections, template, source=template, **parameters)


def check(folder):
    """Largest and 99.9 % differences from the reference cases; fails beyond the agreed bounds."""
    import h5py
    sound = True
    for path in sorted(pathlib.Path(folder).glob("nlm-*.h5")) + sorted(pathlib.Path(folder).glob("milling-*.h5")):
        name = path.stem.split("-")[0]
        with h5py.File(path) as case:
            sections = [np.ascontiguousarray(s) for s in np.moveaxis(case["in/sections_yxz"][:], 2, 0)]
            template = case["in/template"][:] if name == "nlm" else None
            expected = case["out/" + name][:]
            parameters = json.loads(case.attrs["params"])
        difference = np.abs(run(name, sections, template, parameters) - expected)
        found = float(difference.max() if name == "nlm" else np.percentile(difference, 99.9))
        bound = 0.1 if name == "nlm" else 0.5
        sound &= found <= bound
        print(f"{path.stem:18} {'largest' if name == 'nlm' else '99.9 %'} difference {found:.4f}, bound {bound}{'' if found <= bound else '  BEYOND'}")
    return 0 if sound else 1


def measure(case_file):
    """Runs a case as often as asked, tells the seconds of each run (wall, CPU), and writes the last result."""
    case = json.loads(pathlib.Path(case_file).read_text())
    cv2.setNumThreads(case["threads"])
    planes = np.fromfile(case["sections"], np.float32).reshape(-1, case["height"], case["width"])
    sections = list(planes)
    times = []
    for _ in range(case["runs"]):
        wall, cpu = time.perf_counter(), time.process_time()
        result = run(case["filter"], sections, sections[len(sections) // 2], case["parameters"])
        times.append([time.perf_counter() - wall, time.process_time() - cpu])
    result.tofile(case["result"])
    print(json.dumps({"times": times, "versions": f"OpenCV {cv2.__version__}, numpy {np.__version__}"}))
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["check", "time"])
    parser.add_argument("path")
    arguments = parser.parse_args()
    sys.exit(check(arguments.path) if arguments.command == "check" else measure(arguments.path))
