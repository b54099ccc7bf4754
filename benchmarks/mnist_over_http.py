"""How many of MNIST's test digits a running site reads right, and whether it stores each as it was sent.

    script/manage fetch_mnist
    script/server &
    .venv/bin/python -m benchmarks.mnist_over_http

Each digit is sent twice: enlarged to the whole canvas, and at 40 % of it in one of its corners. Every record
is then read back through the API and compared with what was sent, byte by byte. The digits are every tenth
of the 10,000, because the first half of MNIST's test set is easier than the second. Exit status 1: the
site falls short of what docs/recognition.md promises.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

from benchmarks.needs import explained
from benchmarks.site import SiteClient
from management.training.datasets import mnist
from testbed.drawings import CANVAS, CORNERS, encoded, on_canvas

LEAST_ACCURACY, MOST_LOSS = 98.5, 1.0
"""In percent of the digits: on the whole canvas, and from there to its corners."""


def accuracy(client: SiteClient, drawings: list[bytes], labels: np.ndarray, sent: dict[str, str]) -> float:
    """The percentage that is read right. The digest of each drawing goes into `sent`, by the record's id."""
    answers = client.identify_all(drawings)
    sent.update((answer["id"], digest(drawing)) for answer, drawing in zip(answers, drawings, strict=True))
    right = sum(int(answer["predict"] == label) for answer, label in zip(answers, labels, strict=True))
    return 100 * right / len(drawings)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@explained()
def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8888")
    parser.add_argument("--data", type=Path, default=Path("var/mnist"))
    parser.add_argument("--digits", type=int, default=1000)
    options = parser.parse_args()
    test = mnist.read(options.data, mnist.TEST)
    chosen = np.linspace(0, len(test.labels), options.digits, endpoint=False).astype(int)
    images, labels = test.images[chosen], test.labels[chosen]
    client = SiteClient(options.url)
    sent: dict[str, str] = {}  # digests by id

    whole = accuracy(client, [encoded(on_canvas(image)) for image in images], labels, sent)
    print(f"{options.digits} test digits on the whole canvas: {whole:.2f} % right")
    small = [
        encoded(on_canvas(image, size=CANVAS * 2 // 5, corner=CORNERS[index % len(CORNERS)]))
        for index, image in enumerate(images)
    ]
    corner = accuracy(client, small, labels, sent)
    print(f"the same at 40 % of it, in a corner: {corner:.2f} % right ({corner - whole:+.2f} points)")

    kept = {record["id"]: digest(client.drawing(record)) for record in client.records()}
    print(f"{len(sent)} acknowledged, {len(kept)} read back, the same to the byte: {kept == sent}")
    if whole < LEAST_ACCURACY or whole - corner >= MOST_LOSS or kept != sent:
        sys.exit("The site falls short of what docs/recognition.md promises.")


if __name__ == "__main__":
    main()
