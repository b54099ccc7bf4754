"""How a running site reads numbers, non-digits, and digits by people from whom its network has not learned.

    script/manage train_lenet --rehearse --output /tmp/lenet.params
    MNIST_SERVER_PARAMETERS=/tmp/lenet-rehearsal.params script/server &
    .venv/bin/python -m benchmarks.pens_over_http

The digits are by the writers from whom the holdout run neither learns nor chooses its threshold; those of
numbers are also by the writers who choose it. Non-digits are drawn like the digits at half size.
"""

import argparse
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.needs import explained
from benchmarks.numbers import STYLES, held_out_writers, numbers
from benchmarks.site import SiteClient
from management.training.augmentation.non_digits import scribbles_and_dots
from management.training.datasets.drawings import LabelledDrawing, Strokes
from management.training.holdout import CONDITIONS, draw_in
from management.training.hyperparameters import Hyperparameters
from management.training.metrics import auroc
from management.training.training_data import read_training_data
from mnistsite.types import NON_DIGIT
from testbed.drawings import encoded

SCRIBBLES = 500
OTHERS = replace(CONDITIONS["half size, anywhere"], pen=14)


@explained()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8888")
    parser.add_argument("--data", type=Path, default=Path("var/mnist"))
    parser.add_argument("--numbers", type=int, default=400, help="of each kind")
    options = parser.parse_args()
    client = SiteClient(options.url)
    split = read_training_data(options.data, []).split(Hyperparameters().held_out_writers)
    digits = [drawing for drawing in split.testing if drawing.label != NON_DIGIT]
    letters = [drawing.strokes for drawing in split.testing if drawing.label == NON_DIGIT]
    report_others(client, report_digits(client, digits), letters)
    report_numbers(client, options.numbers)


def report_digits(client: SiteClient, digits: Sequence[LabelledDrawing]) -> list[float]:
    """The scores of all of them."""
    print("| digits of unseen writers | right | accepted |\n|---|---|---|")
    texts, scores = [str(digit.label) for digit in digits], []
    for number, (name, condition) in enumerate(CONDITIONS.items()):
        random = np.random.default_rng(number)
        answers = client.identify_all([png(draw_in(each.strokes, condition, random)) for each in digits])
        accepted = statistics.mean(answer["accepted"] for answer in answers)
        print(f"| {name} | {share_right(answers, texts):.2%} | {accepted:.2%} |", flush=True)
        scores += [answer["score"] for answer in answers]
    return scores


def report_others(client: SiteClient, digits: Sequence[float], letters: Sequence[Strokes]) -> None:
    """How well their scores are separated from those of digits."""
    print("\n| non-digits | drawings | AUROC | refused | refused where 98 % of digits are not |")
    print("|---|---|---|---|---|")
    random = np.random.default_rng(1)
    scribbles = scribbles_and_dots(SCRIBBLES, random)
    bound = float(np.quantile(digits, 0.02))
    for name, others in (("letters and signs", letters), ("scribbles and dots", scribbles)):
        answers = client.identify_all([png(draw_in(each, OTHERS, random)) for each in others])
        scores = np.array([answer["score"] for answer in answers])
        parted = auroc(higher=np.array(digits), lower=scores)
        refused = statistics.mean(not answer["accepted"] for answer in answers)
        print(f"| {name} | {len(others)} | {parted:.4f} | {refused:.1%} | {(scores < bound).mean():.1%} |")


def report_numbers(client: SiteClient, count: int) -> None:
    print("\n| numbers of two to six digits | wholly right |\n|---|---|")
    writers = held_out_writers()
    for name, style in STYLES.items():
        written = list(numbers(writers, style, count))
        answers = client.identify_all([png(255 - number.ink) for number in written])
        print(f"| {name} | {share_right(answers, (number.text for number in written)):.1%} |", flush=True)


def share_right(answers: Sequence[dict], texts: Iterable[str]) -> float:
    right = [answer["text"] == text for answer, text in zip(answers, texts, strict=True)]
    return float(np.mean(right))


def png(levels: np.ndarray) -> bytes:
    return encoded(Image.fromarray(levels))


if __name__ == "__main__":
    main()
