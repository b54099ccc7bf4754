"""Pictures in folders named after their label: 0 to 9, and none for non-digits.

A drawing of one digit or of a non-digit is exported as it was received. A number is exported digit by digit,
as the network's inputs: a part cut from the drawing would contain ink of the neighbouring digits.
"""

from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image

from history.export.export import ExportSource, Format
from history.export.files import File
from mnistsite.types import NON_DIGIT_NAME

SUFFIXES = {"image/png": "png", "image/jpeg": "jpg"}


def files(source: ExportSource) -> Iterator[File]:
    for record, truth in source.known():
        if len(truth) > 1:
            for digit in source.digits_of(record, truth):
                content = BytesIO()
                Image.fromarray(digit.input).save(content, "PNG")
                name = f"{digit.label}/{record.id}-{digit.position}.png"
                yield File(name, iter([content.getvalue()]))
        else:
            source.counts.written += 1
            name = f"{truth or NON_DIGIT_NAME}/{record.id}.{SUFFIXES[record.drawing.media_type]}"
            yield File(name, iter([record.drawing.content]))


FORMAT = Format(
    title=_("PNG in folders by label"),
    files=files,
    filename="digits-png.zip",
    items="pictures",
    is_folder=True,
)
