"""The effect of the preprocessing: MNIST's digits drawn in several ways, read with it and without it.

    script/manage fetch_mnist
    .venv/bin/python -m benchmarks.preprocessing

“Squashed” is what a plain demo does: the whole canvas scaled to 28x28. The digits are the last of MNIST's
training set. The network has learned from them, so only the loss by their place and size
counts; the test set is not used.

Then some of the same digits (--photographs) are read from photographed paper. “By the border” takes all
pixels for ink that differ from the border's median, as find_ink does on flat paper.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.needs import explained
from management.training.datasets import mnist
from mnistsite.types import INPUT_SIZE
from recognizer.errors import BlankDrawing
from recognizer.lenet import Forward, load
from recognizer.outputs import MAX_MINIBATCH
from recognizer.preprocessing import preprocess_digit
from recognizer.preprocessing.ink import subtract_paper
from recognizer.preprocessing.normalization import find_box, normalize
from testbed.drawings import CORNERS, on_canvas
from testbed.photographs import CONDITIONS, SHAPES, photograph

PARAMETERS = Path("recognizer/parameters/lenet.params")
Prepare = Callable[[Image.Image], np.ndarray]


def squashed(drawing: Image.Image) -> np.ndarray:
    small = drawing.resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BILINEAR)
    return 1 - np.asarray(small, np.float32) / 255


def prepared(drawing: Image.Image) -> np.ndarray:
    try:
        return preprocess_digit(np.asarray(drawing))
    except BlankDrawing:
        return np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)


def by_the_border(drawing: Image.Image) -> np.ndarray:
    grey = np.asarray(drawing)
    paper = int(np.median(np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))))
    ink = subtract_paper(grey, paper)
    return normalize(ink[find_box(ink).window])


DRAWINGS: dict[str, Callable[[np.ndarray, int], Image.Image]] = {
    "whole canvas": lambda digit, _: on_canvas(digit),
    "40 %, in a corner": lambda digit, index: on_canvas(digit, size=112, corner=CORNERS[index % 4]),
    "15 %, in a corner": lambda digit, index: on_canvas(digit, size=42, corner=CORNERS[index % 4]),
    "light on dark": lambda digit, _: on_canvas(digit).point(lambda level: 255 - level),
    "faint, on grey": lambda digit, _: on_canvas(digit).point(lambda level: 120 + level // 5),
}


def accuracy(forward: Forward, inputs: list[np.ndarray], labels: np.ndarray) -> float:
    batches = [np.stack(inputs[i : i + MAX_MINIBATCH]) for i in range(0, len(inputs), MAX_MINIBATCH)]
    digits = np.concatenate([forward.logits(batch).argmax(axis=1) for batch in batches])
    return float((digits == labels).mean() * 100)


def compare_photographs(forward: Forward, images: np.ndarray, labels: np.ndarray) -> None:
    print(f"{len(images)} photographed digits    by the border  prepared")
    for name, conditions in CONDITIONS.items():
        inputs: list[tuple[np.ndarray, np.ndarray]] = []
        for seed, image in enumerate(images):
            grey = photograph(image, conditions, seed=seed, shape=SHAPES[seed % 4])
            drawing = Image.fromarray(grey)
            inputs.append((by_the_border(drawing), prepared(drawing)))
        shares = [accuracy(forward, [pair[way] for pair in inputs], labels) for way in (0, 1)]
        print(f"{name:<28}{shares[0]:12.2f} %{shares[1]:8.2f} %", flush=True)


@explained()
def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("var/mnist"))
    parser.add_argument("--parameters", type=Path, default=PARAMETERS)
    parser.add_argument("--digits", type=int, default=2000)
    parser.add_argument("--photographs", type=int, default=500)
    options = parser.parse_args()
    digits, forward = mnist.read(options.data, mnist.TRAINING), Forward(load(options.parameters))
    images, labels = digits.images[-options.digits :], digits.labels[-options.digits :]
    print(f"{options.digits} digits                 squashed  prepared")
    for name, draw in DRAWINGS.items():
        drawings = [draw(image, index) for index, image in enumerate(images)]
        shares = [accuracy(forward, [way(d) for d in drawings], labels) for way in (squashed, prepared)]
        print(f"{name:<28}{shares[0]:7.2f} %{shares[1]:8.2f} %")
    compare_photographs(forward, images[-options.photographs :], labels[-options.photographs :])


if __name__ == "__main__":
    main()
