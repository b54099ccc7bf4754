"""The reading's inner loops, compiled by numba. recognizer.acceleration loads this module, which takes a while.

Each function does exactly what its caller does without it, in numpy, OpenCV and Pillow: the same pixels, boxes and
inputs, to the bit. Signatures are given, so that all is compiled when the module is loaded and nothing later:
an array of another type or layout is a TypeError. Compiled code does not check indices.
"""

import numpy as np
from numba import config, njit
from numba.types import Array, Tuple, boolean, float32, float64, int32, int64, uint8, uint16

compiled = {"nogil": True, "cache": bool(config.CACHE_DIR), "error_model": "numpy"}

BYTES, LEVELS = Array(uint8, 1, "C", readonly=True), Array(uint8, 2, "C", readonly=True)


EVERY_BYTE = np.uint64(0x0101_0101_0101_0101)


@njit(boolean(BYTES, uint8[:, ::1], int64), **compiled)
def undo_filters(filtered, grey, channels):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912
    """Fill in the grey levels of a PNG's rows before compression; False where they are not grey and opaque.

    filtered: (height * (1 + width * channels),), each row behind its filter's type. channels: 1 for grey, 3 for RGB,
    4 for RGBA. Filters work on each channel by itself (PNG, third edition, section 9). So channels that are equal
    after they are filtered were equal before, and one of them is enough.
    """
    height, width = grey.shape
    # Most of a drawing is flat, where eight pixels can be done at once.
    words, words_above = np.zeros((width + 7) // 8, np.uint64), np.zeros((width + 7) // 8, np.uint64)
    row, above = words.view(np.uint8), words_above.view(np.uint8)
    for y in range(height):
        start = y * (1 + width * channels)
        kind = filtered[start]
        if kind > 4:
            return False
        pixels = filtered[start + 1 : start + 1 + width * channels]
        different = 0
        if channels == 1:
            for x in range(width):
                row[x] = pixels[x]
        elif channels == 3:
            for x in range(width):
                red = pixels[3 * x]
                row[x] = red
                different |= (red ^ pixels[3 * x + 1]) | (red ^ pixels[3 * x + 2])
        else:
            # What each filter makes of 255 everywhere, with 0 beyond the picture's edges.
            first, others = 255, 0
            if kind == 0 or (kind == 2 and y == 0):
                others = 255
            elif kind == 3:
                first, others = (255, 128) if y == 0 else (128, 0)
            elif y > 0 and kind != 1:
                first = 0
            different = (pixels[3] ^ first) | (pixels[0] ^ pixels[1]) | (pixels[0] ^ pixels[2])
            row[0] = pixels[0]
            for x in range(1, width):
                red = pixels[4 * x]
                row[x] = red
                different |= (
                    (red ^ pixels[4 * x + 1]) | (red ^ pixels[4 * x + 2]) | (pixels[4 * x + 3] ^ others)
                )
        if different:
            return False
        if kind == 2:
            for x in range(width):
                row[x] += above[x]
        elif kind != 0:
            left, corner = 0, 0
            for i in range(len(words)):
                if words[i] == 0:
                    flat = np.uint64(left) * EVERY_BYTE
                    if kind == 1 or (kind == 3 and words_above[i] == flat):
                        words[i] = flat
                        continue
                    if kind == 4 and left == corner:
                        words[i] = words_above[i]
                        left = corner = int(above[8 * i + 7])
                        continue
                for x in range(8 * i, 8 * i + 8):
                    up = int(above[x])
                    if kind == 1:
                        predicted = left
                    elif kind == 3:
                        predicted = (left + up) >> 1
                    else:
                        to_left, to_up, to_corner = (
                            abs(up - corner),
                            abs(left - corner),
                            abs(left + up - 2 * corner),
                        )
                        predicted = up if to_up <= to_corner else corner
                        if to_left <= to_up and to_left <= to_corner:
                            predicted = left
                    left = (int(row[x]) + predicted) & 255
                    row[x] = left
                    corner = up
        for x in range(width):
            grey[y, x] = row[x]
        words, words_above = words_above, words
        row, above = above, row
    return True


IS_INK, IS_BLANK, IS_UNEVEN = 0, 1, 2
BLOCK = 128
"""Pixels counted in one byte."""


@njit(int64(LEVELS, uint8[:, ::1], int64, float64, float64), **compiled)
def subtract_flat_paper(grey, ink, least_contrast, least_share, line_share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912
    """Fill in the ink on flat paper; otherwise IS_BLANK or IS_UNEVEN."""
    height, width = grey.shape
    counts = np.zeros(256, np.int64)
    for x in range(width):
        counts[grey[0, x]] += 1
        counts[grey[height - 1, x]] += 1
    for y in range(height):
        counts[grey[y, 0]] += 1
        counts[grey[y, width - 1]] += 1
    paper, below = 0, counts[0]
    while below < height + width:
        paper += 1
        below += counts[paper]
    paper = np.uint8(paper)
    least, most = np.uint8(max(paper - least_contrast, 0)), np.uint8(min(paper + least_contrast, 255))
    span = np.uint8(most - least)
    darkest, lightest, equal, near = paper, paper, 0, 0
    rows, columns, has_empty_row = np.zeros(height, np.uint8), np.zeros(width, np.uint8), False
    for y in range(height):
        row = grey[y]
        different = np.uint8(0)
        for x in range(width):
            different |= row[x] ^ paper
        if not different:
            equal += width
            near += width
            rows[y] = 1
            has_empty_row = True
            continue
        row_equal = 0
        for start in range(0, width, BLOCK):
            block = row[start : start + BLOCK]
            has_paper = columns[start : start + BLOCK]
            is_equal, is_near = np.uint8(0), np.uint8(0)
            for x in range(len(block)):
                level = block[x]
                darkest, lightest = min(darkest, level), max(lightest, level)
                flag = np.uint8(level == paper)
                has_paper[x] |= flag
                is_equal = np.uint8(is_equal + flag)
                is_near = np.uint8(is_near + np.uint8(np.uint8(level - least) <= span))
            row_equal += is_equal
            near += is_near
        equal += row_equal
        rows[y] = row_equal > 0
    if max(int(paper) - int(darkest), int(lightest) - int(paper)) < least_contrast:
        return IS_BLANK
    if equal / near < least_share:
        return IS_UNEVEN
    if has_empty_row:
        columns[:] = 1
    for axis in range(2):
        is_paper = columns if axis == 0 else rows
        thickest = max(2.0, line_share * len(is_paper))
        lines, left_paper = 0, -1
        for i in range(1, len(is_paper)):
            if is_paper[i - 1] and not is_paper[i]:
                left_paper = i
            elif is_paper[i] and not is_paper[i - 1] and left_paper >= 0:
                lines += i - left_paper <= thickest
        if lines >= 2:
            return IS_UNEVEN
    is_dark = int(paper) - int(darkest) >= int(lightest) - int(paper)
    for y in range(height):
        row, inked = grey[y], ink[y]
        if is_dark:
            for x in range(width):
                inked[x] = paper - min(row[x], paper)
        else:
            for x in range(width):
                inked[x] = max(row[x], paper) - paper
    return IS_INK


@njit(Tuple((int64, int32[:, ::1], uint16[:, ::1]))(LEVELS, int64), **compiled)
def find_parts(ink, most):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912
    """The connected parts of what has a quarter of the strongest ink: their number, boxes, and a label for each pixel.

    The boxes are (number, 4): x, y, width and height. Of more than `most` parts, only the number is found.
    Labels count from 1 in OpenCV's order, which goes through squares of 2x2 pixels.

    Runs of a row are united with those that they touch in the row above (Rosenfeld and Pfaltz 1966).
    """
    height, width = ink.shape
    row_peaks, column_peaks = np.zeros(height, np.uint8), np.zeros(width, np.uint8)
    for y in range(height):
        row, peak = ink[y], np.uint8(0)
        for x in range(width):
            peak = max(peak, row[x])
            column_peaks[x] = max(column_peaks[x], row[x])
        row_peaks[y] = peak
    threshold = (int(row_peaks.max()) + 3) // 4
    left, right, top, bottom = 0, width, 0, height
    while column_peaks[left] < threshold:
        left += 1
    while column_peaks[right - 1] < threshold:
        right -= 1
    while row_peaks[top] < threshold:
        top += 1
    while row_peaks[bottom - 1] < threshold:
        bottom -= 1
    longest = (bottom - top) * ((right - left + 1) // 2)
    starts, ends = np.empty(longest, np.int32), np.empty(longest, np.int32)
    rows, parents = np.empty(longest, np.int32), np.empty(longest, np.int32)
    runs, above, above_end = 0, 0, 0
    for y in range(top, bottom):
        first = runs
        if row_peaks[y] >= threshold:
            x = left
            row = ink[y]
            while x < right:
                if row[x] < threshold:
                    x += 1
                    continue
                start = x
                while x < right and row[x] >= threshold:
                    x += 1
                root = runs
                while above < above_end and ends[above] < start:
                    above += 1
                i = above
                while i < above_end and starts[i] <= x:
                    other = i
                    while parents[other] != other:
                        parents[other] = parents[parents[other]]
                        other = parents[other]
                    if other < root:
                        if root < runs:
                            parents[root] = other
                        root = other
                    else:
                        parents[other] = root
                    i += 1
                starts[runs], ends[runs], rows[runs], parents[runs] = start, x, y, root
                runs += 1
        above, above_end = first, runs
    number = 0
    for i in range(runs):
        if parents[i] == i:
            number += 1
    if number > most:
        return number, np.empty((0, 4), np.int32), np.empty((0, 0), np.uint16)
    boxes, places = np.empty((number, 4), np.int32), np.empty(number, np.int64)
    number = 0
    for i in range(runs):
        start, end, y = starts[i], ends[i], rows[i]
        place = (y >> 1) * width + (start >> 1)
        # A parent comes before its runs, and has its part's number, as negative, by now.
        if parents[i] == i:
            part = number
            boxes[part, 0], boxes[part, 1], boxes[part, 2] = start, y, end
            places[part] = place
            number += 1
        else:
            part = -1 - parents[parents[i]]
        parents[i] = -1 - part
        box = boxes[part]
        box[0], box[2], box[3] = min(box[0], start), max(box[2], end), y
        places[part] = min(places[part], place)
    labels, found = np.zeros((height, width), np.uint16), np.empty((number, 4), np.int32)
    names = np.ones(number, np.uint16)
    for part in range(number):
        for i in range(number):
            names[part] += places[i] < places[part]
        box, into = boxes[part], found[names[part] - 1]
        into[0], into[1], into[2], into[3] = box[0], box[1], box[2] - box[0], box[3] - box[1] + 1
    for i in range(runs):
        name = names[-1 - parents[i]]
        for x in range(starts[i], ends[i]):
            labels[rows[i], x] = name
    return number, found, labels


@njit(Tuple((int64[::1], int64[::1], float64[:, ::1]))(int64, int64), **compiled)
def bicubic_weights(length, size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The weights by which Pillow scales `length` pixels to `size`: the first pixel, the last, and (size, …)."""
    scale = length / size
    widening = max(scale, 1.0)
    support = 2.0 * widening
    firsts, lasts = np.empty(size, np.int64), np.empty(size, np.int64)
    weights = np.zeros((size, int(np.ceil(support)) * 2 + 1))
    for i in range(size):
        centre = (i + 0.5) * scale
        first, last = max(0, int(centre - support + 0.5)), min(length, int(centre + support + 0.5))
        total = 0.0
        for x in range(last - first):
            at = abs((x + first - centre + 0.5) * (1.0 / widening))
            weight = 0.0
            if at < 1.0:
                weight = ((-0.5 + 2.0) * at - (-0.5 + 3.0)) * at * at + 1
            elif at < 2.0:
                weight = (((at - 5) * at + 8) * at - 4) * -0.5
            weights[i, x] = weight
            total += weight
        for x in range(last - first):
            if total != 0.0:
                weights[i, x] /= total
        firsts[i], lasts[i] = first, last
    return firsts, lasts, weights


@njit(float32[:, ::1](LEVELS, int64, int64), **compiled)
def scale_turned(columns, width, height):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912
    """A digit, given column by column, scaled to (height, width) as Pillow's bicubic filter does it: across, then down.

    Sums are added up in Pillow's order, and so are the same, to the bit. Levels of 0 add nothing and are left out.
    """
    length, rows = columns.shape
    across = np.zeros((rows, width), np.float32)
    if length == width:
        for x in range(length):
            for y in range(rows):
                across[y, x] = columns[x, y]
    else:
        firsts, lasts, weights = bicubic_weights(length, width)
        levels = np.empty((length, rows))
        for x in range(length):
            for y in range(rows):
                levels[x, y] = columns[x, y]
        sums = np.zeros((width, rows))
        for i in range(width):
            into, x, last = sums[i], firsts[i], lasts[i]
            first = x
            while x + 4 <= last:
                a, b, c, d = levels[x], levels[x + 1], levels[x + 2], levels[x + 3]
                j, k, l, m = (
                    weights[i, x - first],
                    weights[i, x + 1 - first],
                    weights[i, x + 2 - first],
                    weights[i, x + 3 - first],
                )
                for y in range(rows):
                    into[y] = (((into[y] + j * a[y]) + k * b[y]) + l * c[y]) + m * d[y]
                x += 4
            while x < last:
                a, j = levels[x], weights[i, x - first]
                for y in range(rows):
                    into[y] += j * a[y]
                x += 1
        for x in range(width):
            for y in range(rows):
                across[y, x] = sums[x, y]
    if rows == height:
        return across
    firsts, lasts, weights = bicubic_weights(rows, height)
    scaled, sums_of_row = np.empty((height, width), np.float32), np.empty(width)
    for y in range(height):
        for x in range(width):
            sums_of_row[x] = 0.0
        for i in range(firsts[y], lasts[y]):
            weight, row = weights[y, i - firsts[y]], across[i]
            for x in range(width):
                sums_of_row[x] += weight * row[x]
        for x in range(width):
            scaled[y, x] = sums_of_row[x]
    return scaled


@njit(float32(float32[::1]), **compiled)
def pairwise_sum(values):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The sum in numpy's order, of fewer than 128 numbers."""
    total, start = np.float32(0.0), len(values) // 8 * 8
    if start:
        parts = values[:8].copy()
        for i in range(8, start, 8):
            for j in range(8):
                parts[j] += values[i + j]
        total = ((parts[0] + parts[1]) + (parts[2] + parts[3])) + (
            (parts[4] + parts[5]) + (parts[6] + parts[7])
        )
    for i in range(start, len(values)):
        total += values[i]
    return total


@njit(int64(float32[::1], int64), **compiled)
def place(profile, side):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Where a digit with this profile begins, so that its centre of mass is the middle of `side` pixels."""
    moment = 0.0
    for i in range(len(profile)):
        moment += i * np.float64(profile[i])
    start = np.rint(side // 2 - moment / np.float64(pairwise_sum(profile)))
    return int(min(max(start, 0.0), side - len(profile)))


@njit(float32[:, ::1](LEVELS, int64, int64, boolean, int64), **compiled)
def normalize(columns, width, height, is_turned, side):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901
    """The network's input of (side, side) for a digit, scaled to (height, width) and centred by its mass.

    columns: the digit column by column, or if is_turned row by row; then it is scaled down before it is scaled across.
    """
    if is_turned:
        turned, digit = scale_turned(columns, height, width), np.empty((height, width), np.float32)
        for y in range(height):
            for x in range(width):
                digit[y, x] = turned[x, y]
    else:
        digit = scale_turned(columns, width, height)
    peak, strongest = np.float32(columns.max()), np.float32(0.0)
    for y in range(height):
        for x in range(width):
            digit[y, x] = min(max(digit[y, x], np.float32(0.0)), peak)
            strongest = max(strongest, digit[y, x])
    for y in range(height):
        for x in range(width):
            digit[y, x] /= strongest
    rows, across = np.zeros(height, np.float32), np.zeros(width, np.float32)
    for y in range(height):
        rows[y] = pairwise_sum(digit[y])
        for x in range(width):
            across[x] += digit[y, x]
    top, left = place(rows, side), place(across, side)
    network_input = np.zeros((side, side), np.float32)
    for y in range(height):
        for x in range(width):
            network_input[top + y, left + x] = digit[y, x]
    return network_input
