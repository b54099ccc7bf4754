"""The inner loops of reading a drawing, compiled by numba. recognizer.compiled loads this module.

Each function does what its caller does without it in numpy, OpenCV and Pillow, and finds the same, to the
bit. The signatures are given, so everything is compiled when the module is imported, and nothing later: an
array of another type or layout is a TypeError. Indices are not checked.
"""

import numpy as np
from numba import config, njit
from numba.types import Array, Tuple, boolean, float32, float64, int32, int64, uint8, uint16

OPTIONS = {"nogil": True, "cache": bool(config.CACHE_DIR), "error_model": "numpy"}
BYTES, LEVELS = Array(uint8, 1, "C", readonly=True), Array(uint8, 2, "C", readonly=True)

IS_INK, IS_BLANK, IS_UNEVEN = 0, 1, 2
"""What subtract_flat_paper() finds."""

EVERY_BYTE = np.uint64(0x0101_0101_0101_0101)

BLOCK = 128
"""Pixels that are counted in one byte."""


@njit(boolean(BYTES, uint8[:, ::1], int64), **OPTIONS)
def undo_filters(filtered, grey, channels):
    """Fill in the grey levels of a PNG; False if it is not grey and opaque, or has an unknown filter.

    filtered: its rows before they were compressed, each behind the number of its filter. channels: 1 for
    grey, 3 for RGB, 4 for RGBA. A filter works on each channel by itself (PNG, third edition, section 9), so
    channels that are equal after it were equal before it, and only one of them has to be restored.
    """
    height, width = grey.shape
    # The row and the one above it, also as words: where a drawing is flat, eight pixels are restored at once.
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
            # What the filters make of an opacity of 255, in the row's first pixel and in the others.
            opaque, opaques = 255, 0
            if kind == 0 or (kind == 2 and y == 0):
                opaques = 255
            elif kind == 3:
                opaque, opaques = (255, 128) if y == 0 else (128, 0)
            elif y > 0 and kind != 1:
                opaque = 0
            row[0] = pixels[0]
            different = (pixels[0] ^ pixels[1]) | (pixels[0] ^ pixels[2]) | (pixels[3] ^ opaque)
            for x in range(1, width):
                red = pixels[4 * x]
                row[x] = red
                different |= (
                    (red ^ pixels[4 * x + 1]) | (red ^ pixels[4 * x + 2]) | (pixels[4 * x + 3] ^ opaques)
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


@njit(int64(LEVELS, uint8[:, ::1], int64, float64, float64), **OPTIONS)
def subtract_flat_paper(grey, ink, least_contrast, least_share, line_share):
    """Fill in the ink of a drawing on flat paper; otherwise find that it IS_BLANK or IS_UNEVEN."""
    height, width = grey.shape
    counts = np.zeros(256, np.int64)
    for x in range(width):
        counts[grey[0, x]] += 1
        counts[grey[height - 1, x]] += 1
    for y in range(height):
        counts[grey[y, 0]] += 1
        counts[grey[y, width - 1]] += 1
    median, below = 0, counts[0]
    while below < height + width:
        median += 1
        below += counts[median]
    paper, least = np.uint8(median), np.uint8(max(median - least_contrast, 0))
    span = np.uint8(min(median + least_contrast, 255) - least)
    darkest, lightest, equal, near = paper, paper, 0, 0
    row_has_paper, column_has_paper = np.zeros(height, np.uint8), np.zeros(width, np.uint8)
    for y in range(height):
        row, different = grey[y], np.uint8(0)
        for x in range(width):
            different |= row[x] ^ paper
        if not different:
            equal += width
            near += width
            row_has_paper[y] = 2
            continue
        for start in range(0, width, BLOCK):
            block, has_paper = row[start : start + BLOCK], column_has_paper[start : start + BLOCK]
            equal_here, near_here = np.uint8(0), np.uint8(0)
            for x in range(len(block)):
                level = block[x]
                darkest, lightest = min(darkest, level), max(lightest, level)
                is_paper = np.uint8(level == paper)
                has_paper[x] |= is_paper
                equal_here = np.uint8(equal_here + is_paper)
                near_here = np.uint8(near_here + np.uint8(np.uint8(level - least) <= span))
            equal += equal_here
            near += near_here
            row_has_paper[y] |= equal_here > 0
    dark, light = median - int(darkest), int(lightest) - median
    if max(dark, light) < least_contrast:
        return IS_BLANK
    if equal / near < least_share:
        return IS_UNEVEN
    if row_has_paper.max() == 2:
        for x in range(width):
            column_has_paper[x] = 1
    for has_paper in (column_has_paper, row_has_paper):
        thickest, lines, start = max(2.0, line_share * len(has_paper)), 0, -1
        for i in range(1, len(has_paper)):
            if has_paper[i - 1] and not has_paper[i]:
                start = i
            elif has_paper[i] and not has_paper[i - 1] and start >= 0:
                lines += i - start <= thickest
        if lines >= 2:
            return IS_UNEVEN
    for y in range(height):
        row, into = grey[y], ink[y]
        if dark >= light:
            for x in range(width):
                into[x] = paper - min(row[x], paper)
        else:
            for x in range(width):
                into[x] = max(row[x], paper) - paper
    return IS_INK


@njit(Tuple((int64, int32[:, ::1], uint16[:, ::1]))(LEVELS, int64), **OPTIONS)
def find_parts(ink, most):
    """The connected parts of the ink that has at least a quarter of the strongest ink's level.

    Returns their number, their boxes (x, y, width, height), and the label of each pixel, from 1. If there
    are more parts than `most`, only the number is found. Labels are in OpenCV's order: by the first of the
    squares of 2x2 pixels in which a part lies.

    Runs of pixels in a row are united with those that they touch in the row above (Rosenfeld, Pfaltz 1966).
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
    room = (bottom - top) * ((right - left + 1) // 2)  # Taken from the system only where it is used.
    starts, ends, rows = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    parents, count, above, above_end = np.empty(room, np.int32), 0, 0, 0
    for y in range(top, bottom):
        first, row, x = count, ink[y], left
        while x < right:
            if row[x] < threshold:
                x += 1
                continue
            start = x
            while x < right and row[x] >= threshold:
                x += 1
            root = count
            while above < above_end and ends[above] < start:
                above += 1
            i = above
            while i < above_end and starts[i] <= x:
                other = i
                while parents[other] != other:
                    parents[other] = parents[parents[other]]
                    other = parents[other]
                if other > root:
                    parents[other] = root
                else:
                    if root < count:
                        parents[root] = other
                    root = other
                i += 1
            starts[count], ends[count], rows[count], parents[count] = start, x, y, root
            count += 1
        above, above_end = first, count
    number = 0
    for i in range(count):
        number += parents[i] == i
    if number > most:
        return number, np.empty((0, 4), np.int32), np.empty((0, 0), np.uint16)
    corners, squares, number = np.empty((number, 4), np.int32), np.empty(number, np.int64), 0
    for i in range(count):
        start, end, y = starts[i], ends[i], rows[i]
        square = (y >> 1) * width + (start >> 1)
        if parents[i] == i:
            part = number
            corners[part, 0], corners[part, 1], corners[part, 2], squares[part] = start, y, end, square
            number += 1
        else:  # A parent precedes its runs, and its entry is by now its part's number, as a negative.
            part = -1 - parents[parents[i]]
        parents[i] = -1 - part
        box = corners[part]
        box[0], box[2], box[3] = min(box[0], start), max(box[2], end), y
        squares[part] = min(squares[part], square)
    boxes, labels = np.empty((number, 4), np.int32), np.zeros((height, width), np.uint16)
    names = np.ones(number, np.uint16)
    for part in range(number):
        for other in range(number):
            names[part] += squares[other] < squares[part]
        corner, box = corners[part], boxes[names[part] - 1]
        box[0], box[1], box[2], box[3] = (
            corner[0],
            corner[1],
            corner[2] - corner[0],
            corner[3] - corner[1] + 1,
        )
    for i in range(count):
        name, row_labels = names[-1 - parents[i]], labels[rows[i]]
        for x in range(starts[i], ends[i]):
            row_labels[x] = name
    return number, boxes, labels


@njit(Tuple((int64[::1], int64[::1], float64[:, ::1]))(int64, int64), **OPTIONS)
def bicubic_weights(length, size):
    """Which of `length` pixels Pillow adds for each of `size`: first, one after the last, and weights."""
    scale = length / size
    widening = max(scale, 1.0)
    reach = 2.0 * widening
    firsts, lasts = np.empty(size, np.int64), np.empty(size, np.int64)
    weights = np.zeros((size, int(np.ceil(reach)) * 2 + 1))
    for i in range(size):
        centre, total = (i + 0.5) * scale, 0.0
        first, last = max(0, int(centre - reach + 0.5)), min(length, int(centre + reach + 0.5))
        for x in range(last - first):
            distance, weight = abs((x + first - centre + 0.5) * (1.0 / widening)), 0.0
            if distance < 1.0:
                weight = (1.5 * distance - 2.5) * distance * distance + 1
            elif distance < 2.0:
                weight = (((distance - 5) * distance + 8) * distance - 4) * -0.5
            weights[i, x] = weight
            total += weight
        for x in range(last - first):
            if total != 0.0:
                weights[i, x] /= total
        firsts[i], lasts[i] = first, last
    return firsts, lasts, weights


@njit(float32[:, ::1](LEVELS, int64, int64), **OPTIONS)
def scale_columns(columns, width, height):
    """A digit, given column by column, scaled to (height, width) as Pillow does: bicubic, across, then down.

    The products are added in Pillow's order, so the sums are the same. Four columns at once take fewer steps.
    """
    length, rows = columns.shape
    across = np.empty((rows, width), np.float32)
    if length == width:
        for x in range(length):
            for y in range(rows):
                across[y, x] = columns[x, y]
    else:
        firsts, lasts, weights = bicubic_weights(length, width)
        levels, sums = np.empty((length, rows)), np.zeros((width, rows))
        for x in range(length):
            for y in range(rows):
                levels[x, y] = columns[x, y]
        for i in range(width):
            into, x, w = sums[i], firsts[i], weights[i]
            shift = -x
            while x + 4 <= lasts[i]:
                first, second, third, fourth = levels[x], levels[x + 1], levels[x + 2], levels[x + 3]
                w1, w2, w3, w4 = w[x + shift], w[x + 1 + shift], w[x + 2 + shift], w[x + 3 + shift]
                for y in range(rows):
                    into[y] = (((into[y] + w1 * first[y]) + w2 * second[y]) + w3 * third[y]) + w4 * fourth[y]
                x += 4
            while x < lasts[i]:
                first, w1 = levels[x], w[x + shift]
                for y in range(rows):
                    into[y] += w1 * first[y]
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


@njit(float32(float32[::1]), **OPTIONS)
def pairwise_sum(values):
    """The sum of fewer than 128 numbers, added in numpy's order."""
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


@njit(int64(float32[::1], int64), **OPTIONS)
def place(profile, side):
    """Where a digit with this profile begins, so that its centre of mass is the middle of `side` pixels."""
    moment = 0.0
    for i in range(len(profile)):
        moment += i * float(profile[i])
    start = np.rint(side // 2 - moment / float(pairwise_sum(profile)))
    return int(min(max(start, 0.0), side - len(profile)))


@njit(float32[:, ::1](LEVELS, int64, int64, boolean, int64), **OPTIONS)
def normalize(columns, width, height, is_turned, side):
    """The network's input, (side, side), for a digit scaled to (height, width) and centred by its mass.

    columns: the digit column by column; or if is_turned, row by row, and scaled down before it is scaled
    across.
    """
    if is_turned:
        turned, digit = scale_columns(columns, height, width), np.empty((height, width), np.float32)
        for y in range(height):
            for x in range(width):
                digit[y, x] = turned[x, y]
    else:
        digit = scale_columns(columns, width, height)
    peak, strongest = np.float32(columns.max()), np.float32(0.0)
    for y in range(height):
        for x in range(width):
            digit[y, x] = min(max(digit[y, x], np.float32(0.0)), peak)
            strongest = max(strongest, digit[y, x])
    rows, across = np.empty(height, np.float32), np.zeros(width, np.float32)
    for y in range(height):
        for x in range(width):
            digit[y, x] /= strongest
            across[x] += digit[y, x]
        rows[y] = pairwise_sum(digit[y])
    top, left, network_input = place(rows, side), place(across, side), np.zeros((side, side), np.float32)
    for y in range(height):
        for x in range(width):
            network_input[top + y, left + x] = digit[y, x]
    return network_input
