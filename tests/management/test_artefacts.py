from pathlib import Path

import pytest

from management.training.artefacts import ArtefactError, Artefacts
from tests.disks import no_file_longer_than
from tests.management.test_atomic import contents


@pytest.fixture
def artefacts(tmp_path: Path) -> Artefacts:
    """Those of an earlier training, and the checkpoint of one under way."""
    artefacts = Artefacts(tmp_path / "lenet.params")
    artefacts.save(
        parameters=b"old parameters",
        card=b"old card",
        text="old text",
        plots={"curves.svg": b"old curves", "old.svg": b"old picture"},
    )
    artefacts.checkpoint.write_bytes(b"checkpoint")
    return artefacts


def test_parameters_and_card_are_replaced_and_the_checkpoint_goes(artefacts: Artefacts) -> None:
    artefacts.save(
        parameters=b"new parameters",
        card=b"new card",
        text="new text",
        plots={"curves.svg": b"new curves"},
    )
    assert contents(artefacts.parameters.parent) == {
        "lenet.params": b"new parameters",
        "lenet.json": b"new card",
        "lenet.md": b"new text",
    }
    assert contents(artefacts.plots) == {"curves.svg": b"new curves"}


def test_a_save_that_fails_leaves_the_old_pair_and_the_checkpoint(artefacts: Artefacts) -> None:
    before = contents(artefacts.parameters.parent)
    with no_file_longer_than(1000), pytest.raises(OSError, match="File too large"):
        artefacts.save(
            parameters=b"new parameters",
            card=bytes(2000),
            text="new text",
            plots={"curves.svg": b"new curves"},
        )
    assert contents(artefacts.parameters.parent) == before
    assert contents(artefacts.plots)["curves.svg"] == b"old curves"


def test_the_name_must_be_that_of_parameters(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"lenet\.json must end in \.params"):
        Artefacts(tmp_path / "lenet.json")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    artefacts = Artefacts(tmp_path / "new" / "folder" / "lenet.params")
    artefacts.require_writable()
    assert list(artefacts.parameters.parent.iterdir()) == []


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArtefactError, match="file cannot be written to: File exists"):
        Artefacts(tmp_path / "file" / "lenet.params").require_writable()


@pytest.mark.parametrize("name", ["lenet.params", "lenet.json", "lenet.md", "lenet.checkpoint"])
def test_a_folder_in_a_files_place_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(ArtefactError, match=f"{name} is a folder"):
        Artefacts(tmp_path / "lenet.params").require_writable()


def test_a_folder_that_takes_no_files_is_named() -> None:
    with pytest.raises(ArtefactError, match=r"^/proc cannot be written to"):
        Artefacts(Path("/proc/lenet.params")).require_writable()
