"""From a drawing of any size to the 28x28 field that the network was trained on.

The steps are those by which MNIST itself was made (LeCun et al. 1998, section III-A): the digit's box is
scaled into 20x20 with its aspect ratio kept, and its centre of mass is put at the centre of the field.
Training, evaluation and serving share them, so there is no skew between them.
"""

import numpy as np

from recognizer.preprocessing.ink import find_ink
from recognizer.preprocessing.normalization import NormalizedDigit, find_box, normalize


def normalize_single(grey: np.ndarray) -> NormalizedDigit:
    """The one digit that a picture is known to show, in the network's field.

    grey: (height, width) uint8, dark ink on light paper or light ink on dark paper.
    Raises NoInk when nothing stands out from the paper.
    """
    ink = find_ink(grey)
    return normalize(ink, find_box(ink))
