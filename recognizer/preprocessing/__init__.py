"""From a drawing of any size to the network's input of 28x28 pixels.

The steps are those by which MNIST itself was made (LeCun et al. 1998, section III-A): the digit's box is
scaled into 20x20 with its aspect ratio kept, and its centre of mass is put at the centre of the input.
Training, evaluation and serving share them, so there is no skew between them.
"""

import numpy as np

from recognizer.preprocessing.ink import find_ink
from recognizer.preprocessing.normalization import find_box, normalize


def preprocess_digit(grey: np.ndarray) -> np.ndarray:
    """The network's input, (28, 28) float32 in [0, 1], for a picture that is known to show one digit.

    grey: (height, width) uint8, dark ink on light paper or light ink on dark paper.
    Raises BlankDrawing when nothing stands out from the paper.
    """
    ink = find_ink(grey)
    return normalize(ink[find_box(ink).window])
