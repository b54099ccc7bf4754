"""Compiled code finds what numpy, OpenCV and Pillow find; where it cannot be loaded, all works without."""

import json
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from management.training.datasets.drawings import PEN_DIGITS
from management.training.datasets.drawings import read as read_strokes
from mnistsite.types import NON_DIGIT
from recognizer.preprocessing.ink import MIN_CONTRAST, find_ink
from recognizer.preprocessing.normalization import normalize
from recognizer.segmentation.components import MAX_WITH_SPECKS, find_components
from testbed.damaged_pictures import damaged, valid_pictures
from testbed.hostile import Hostile, draw, encode
from testbed.readings import KINDS, drawings, read, without_kernels
from tests.conftest import ROOT, Digits
from tests.recognizer.frozen import answer, kept_answers, kept_drawings
from tests.recognizer.test_hostile_pictures import DEAR, SECONDS

pytestmark = pytest.mark.usefixtures("kernels")

EACH = 10
"""Drawings of each kind; benchmarks/fast_reading.py compares more."""


def assert_is_read_as_without(content: bytes, name: str) -> None:
    with without_kernels():
        expected = read(content)
    assert read(content) == expected, name


def test_drawings_of_all_kinds_are_read_as_without(test_digits: Digits) -> None:
    pens = [each for each in read_strokes(PEN_DIGITS).drawings if each.label != NON_DIGIT]
    count = EACH * len(KINDS)
    for number, (name, content) in enumerate(drawings(test_digits.images, pens, count=count, seed=2)):
        assert_is_read_as_without(content, f"{name}, {number}")


def test_damaged_pictures_are_read_or_refused_as_without() -> None:
    valid = valid_pictures()
    for number in range(3 * len(valid)):
        content = damaged(valid[number % len(valid)], np.random.default_rng(number))
        assert_is_read_as_without(content, str(number))


@pytest.mark.parametrize("name", list(kept_drawings()))
def test_a_frozen_drawing_is_read_as_it_was(name: str) -> None:
    assert answer(kept_drawings()[name]) == kept_answers()[name]


@pytest.mark.parametrize("hostile", DEAR, ids=lambda each: f"{each.content} {each.width}x{each.height}")
@pytest.mark.parametrize("is_portrait", [False, True], ids=["landscape", "portrait"])
def test_dear_pictures_cost_no_more(hostile: Hostile, is_portrait: bool) -> None:
    content = encode(draw(hostile._replace(is_portrait=is_portrait)), hostile.mode)
    started = time.process_time()
    found = read(content)
    assert time.process_time() - started < SECONDS
    with without_kernels():
        assert found == read(content)


CHECKERS = (np.indices((300, 300)).sum(axis=0) % 2 * 255).astype(np.uint8)
DOTS = np.zeros((300, 300), np.uint8)
DOTS[::2, ::2] = 255
COMB = np.zeros((300, 300), np.uint8)
COMB[:, ::2] = COMB[-1] = 255
SPIRAL = np.zeros((301, 301), np.uint8)
for inset in range(0, 148, 4):
    SPIRAL[inset, inset : 301 - inset] = SPIRAL[inset : 301 - inset, 300 - inset] = 255
    SPIRAL[300 - inset, inset + 2 : 301 - inset] = SPIRAL[inset + 4 : 301 - inset, inset + 2] = 255
FORMS = {
    "all ink": np.full((300, 300), 9, np.uint8),
    "one pixel": np.ones((1, 1), np.uint8),
    "a row": CHECKERS[:1],
    "a column": np.ascontiguousarray(CHECKERS[:, :1]),
    "checkers": CHECKERS,
    "dots": DOTS,
    "as many dots as may be": np.pad(DOTS[:2, : 2 * MAX_WITH_SPECKS - 2], 1),
    "a comb": COMB,
    "a comb upside down": np.ascontiguousarray(COMB[::-1]),
    "a comb on its side": np.ascontiguousarray(COMB.T),
    "a spiral": SPIRAL,
    "no ink": np.zeros((5, 7), np.uint8),
    "turned": np.arange(200, dtype=np.uint8).reshape(10, 20).T,
    "a part": CHECKERS[10:90, 20:70],
}


@pytest.mark.parametrize("ink", FORMS.values(), ids=FORMS.keys())
def test_components_of_any_form_are_those_of_opencv(ink: np.ndarray) -> None:
    found = find_components(ink)
    with without_kernels():
        expected = find_components(ink)
    assert (found is None) == (expected is None)
    if found and expected:
        assert list(found.boxes.items()) == list(expected.boxes.items())
        np.testing.assert_array_equal(found.labels, expected.labels)
        np.testing.assert_array_equal(found.ink, expected.ink)


def test_parts_of_random_ink_are_those_of_opencv(kernels: ModuleType) -> None:
    random = np.random.default_rng(1)
    for _ in range(500):
        shape, share = random.integers(1, 50, 2), random.choice((0.02, 0.1, 0.3, 0.5, 0.7))
        ink = (random.random(shape) < share) * random.integers(1, 256, shape, dtype=np.uint8)
        ink[0, 0] = 255
        number, _, _ = kernels.find_parts(ink, 2_500)
        with without_kernels():
            expected = find_components(ink)
        assert (number >= MAX_WITH_SPECKS) <= (expected is None)
        found = find_components(ink)
        assert (found and found.boxes) == (expected and expected.boxes)
        if found and expected:
            np.testing.assert_array_equal(found.labels, expected.labels)


def test_digits_of_any_size_are_scaled_and_centred_as_by_pillow() -> None:
    """To the bit: also where Pillow scales down before it scales across, and where sides stay as they are."""
    random = np.random.default_rng(1)
    shapes = [
        (h, w) for h in (1, 2, 7, 19, 20, 21, 24, 30, 100, 301) for w in (1, 3, 10, 14, 20, 22, 50, 149, 300)
    ]
    for shape in [*shapes, (1, 16_384), (16_384, 1), (2_000, 5)]:
        for share in (0.1, 1):
            digit = (random.random(shape) < share) * random.integers(0, 256, shape, dtype=np.uint8)
            digit[shape[0] // 2, shape[1] // 2] = 200
            found = normalize(digit)
            with without_kernels():
                np.testing.assert_array_equal(found, normalize(digit), str(shape))


@pytest.mark.parametrize("contrast", range(MIN_CONTRAST - 2, MIN_CONTRAST + 3))
@pytest.mark.parametrize("share", [0.39, 0.4, 0.41])
def test_paper_is_flat_at_the_same_limits(contrast: int, share: float) -> None:
    """Up to the contrast that counts as ink, and to the share of pixels that may differ from the paper."""
    for paper, sign in ((200, -1), (20, 1), (5, 1), (250, -1)):
        grey = np.full((100, 100), paper, np.uint8)
        grey[10:90, 10:90].reshape(80, 80)[:] = paper
        grey.ravel()[2_000 : 2_000 + round(share * 10_000)] = paper + sign * contrast
        grey[0], grey[-1], grey[:, 0], grey[:, -1] = (paper,) * 4
        assert_ink_is_found_as_without(grey)


@pytest.mark.parametrize("thickness", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("places", [(50,), (50, 200), (0, 200), (50, 394), (0, 394), (50, 57, 64)])
def test_lines_are_a_ruling_at_the_same_limits(thickness: int, places: tuple[int, ...]) -> None:
    grey = np.full((400, 300), 255, np.uint8)
    for place in places:
        grey[place : place + thickness] = 0
    grey[250:300, 100:120] = 0
    assert_ink_is_found_as_without(grey)
    assert_ink_is_found_as_without(np.ascontiguousarray(grey.T))
    assert_ink_is_found_as_without(grey.T)


def test_thin_bars_that_end_within_the_paper_are_no_ruling() -> None:
    grey = np.full((200, 300), 255, np.uint8)
    grey[50:150, 40:42] = grey[50:150, 90:92] = 0
    np.testing.assert_array_equal(find_ink(grey), 255 - grey)
    np.testing.assert_array_equal(find_ink(np.ascontiguousarray(grey.T)), 255 - grey.T)


def test_ink_that_is_as_light_as_dark_is_dark() -> None:
    grey = np.full((100, 100), 120, np.uint8)
    grey[20:40, 20:40], grey[60:80, 60:80] = 40, 200
    assert find_ink(grey)[30, 30] == 80
    assert_ink_is_found_as_without(grey)


def assert_ink_is_found_as_without(grey: np.ndarray) -> None:
    found = outcome(grey)
    with without_kernels():
        np.testing.assert_array_equal(found, outcome(grey))


def outcome(grey: np.ndarray) -> np.ndarray | str:
    try:
        return find_ink(grey)
    except Exception as error:  # noqa: BLE001 -- it is compared
        return repr(error)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint16, bool])
def test_other_types_are_never_compiled_for(kernels: ModuleType, dtype: type) -> None:
    ink: np.ndarray = np.zeros((40, 30), dtype)
    ink[10:30, 10:20] = 1
    with pytest.raises(TypeError, match="No matching definition"):
        kernels.find_parts(ink, 10)
    found = normalize(ink[10:30, 10:20])
    with without_kernels():
        np.testing.assert_array_equal(found, normalize(ink[10:30, 10:20]))


LOADING = """
import json, logging, sys
from pathlib import Path
logging.basicConfig(level=logging.INFO, format="%(message)s")
if "without numba" in sys.argv:
    sys.modules["numba"] = None
from recognizer import compiled
compiled.load(*map(Path, sys.argv[1].split(":")))
print(json.dumps({"loaded": compiled.kernels is not None, "numba": bool(sys.modules.get("numba"))}))
"""


def loading(folder: Path | str, *options: str) -> subprocess.Popen[str]:
    """A process that loads the compiled code from a folder, or from several with colons between them."""
    command = [sys.executable, "-c", LOADING, str(folder), *options]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def loaded(process: "subprocess.Popen[str]") -> tuple[bool, str]:
    """Whether it loaded it, and what it logged."""
    output, log = process.communicate(timeout=180)
    assert process.returncode == 0, log
    return json.loads(output)["loaded"], log


def test_processes_that_start_at_once_compile_once_and_damage_is_mended(tmp_path: Path) -> None:
    """A power failure may leave a file of the right name and another content."""
    (tmp_path / "new" / "of an older version").mkdir(parents=True)
    both = [loaded(process) for process in [loading(tmp_path / "new") for _ in range(2)]]
    assert [is_loaded for is_loaded, _ in both] == [True, True]
    assert sorted("Compiling" in log for _, log in both) == [False, True]
    (folder,) = (path for path in (tmp_path / "new").iterdir() if path.is_dir())
    (file,) = folder.rglob("kernels.find_parts*.nbc")
    file.write_bytes(b"damaged")
    is_loaded, log = loaded(loading(tmp_path / "new"))
    assert is_loaded
    assert "is damaged" in log
    assert loaded(loading(tmp_path / "new")) == (True, "")


def test_without_numba_a_process_says_so_and_does_without(tmp_path: Path) -> None:
    is_loaded, log = loaded(loading(tmp_path / "new", "without numba"))
    assert not is_loaded
    assert log.startswith("numba is not installed")
    assert not (tmp_path / "new").exists()


def test_where_nothing_can_be_written_a_process_does_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    is_loaded, log = loaded(loading(tmp_path / "file"))
    assert not is_loaded
    assert log.startswith("Drawings are read without compiled code")


def test_what_is_compiled_for_all_is_copied_to_ones_own(tmp_path: Path) -> None:
    folders = f"{tmp_path / 'for all'}:{tmp_path / 'own'}"
    assert loaded(loading(folders))[0]
    assert not (tmp_path / "for all").exists()
    (tmp_path / "own").rename(tmp_path / "for all")
    before = sorted((tmp_path / "for all").rglob("*"))
    assert loaded(loading(folders)) == (True, "")
    assert sorted((tmp_path / "for all").rglob("*")) == before
    assert loaded(loading(str(tmp_path / "own"))) == (True, "")
