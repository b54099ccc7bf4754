import json
import re
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from management.training.datasets.labelled import LabelledSet
from management.training.metrics import measure
from management.training.report.text import to_markdown
from mnistsite.types import NON_DIGIT


@pytest.fixture
def card() -> Any:
    """The card of the parameters that ship, with digits by two writers, and with these and a non-digit."""
    card = json.loads(settings.MNIST_PARAMETERS.with_suffix(".json").read_bytes())
    labels = np.array([4, 4, 7, 7, NON_DIGIT], np.int8)
    logits: np.ndarray = np.zeros((5, 10), np.float32)
    logits[range(5), [4, 9, 7, 7, 1]] = [9, 9, 9, 9, 1]
    card["test"] = {"mnist-test": next(iter(card["test"].values()))}
    card["rehearsal"]["test"] = {"pen": figures(labels[:4], logits[:4]), "all": figures(labels, logits)}
    return card


def figures(labels: np.ndarray, logits: np.ndarray) -> Any:
    """As a card has them."""
    labelled = LabelledSet(
        name="pen",
        inputs=np.zeros((len(labels), 28, 28), np.float32),
        labels=labels,
        writers=("anna", "bob", "anna", "bob", "bob")[: len(labels)],
        files={"pen.ndjson": "1f"},
    )
    return json.loads(json.dumps(asdict(measure(labelled, logits, threshold=5).metrics)))


@pytest.fixture
def text(card: Any) -> str:
    return to_markdown(
        card,
        plots=[
            "lenet-pictures/curves.svg",
            "lenet-pictures/my pens, all-mistakes.svg",
            "lenet-rehearsal-pictures/curves.svg",
        ],
    )


def rows(text: str, *, of: str) -> list[list[str]]:
    """The rows of the one table with a text in its first row, without that row."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    (found,) = [table for table in tables if of in table.splitlines()[0]]
    return [line.strip("| ").split(" | ") for line in found.splitlines()[2:]]


def test_every_table_has_as_many_cells_in_each_row(text: str) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) >= 9
    for found in tables:
        assert len({line.count("|") for line in found.splitlines()}) == 1, found


def test_it_says_what_the_parameters_are(card: Any, text: str) -> None:
    assert text.startswith(f"# {card['version']}\n")
    assert card["parameters"]["sha256"] in text
    assert "431,080 parameters" in text
    assert ["Conv2D", "25,050"] in rows(text, of="layer")


def test_it_has_data_with_digests_and_licence(card: Any, text: str) -> None:
    files = dict(rows(text, of="SHA-256 of its content"))
    assert files == {name: f"`{digest}`" for name, digest in card["data"]["files"].items()}
    assert len(card["data"]["sources"]) == 3
    for source in card["data"]["sources"]:
        assert f"- **{source['name']}**: {source['source']}. {source['licence']}" in text
    assert ["pen digits", "7,494"] in rows(text, of="number")


def test_it_says_whose_digits_the_holdout_run_was_measured_with(card: Any, text: str) -> None:
    assert card["rehearsal"]["version"] in text
    assert "5,000 scanned digits" in text


def test_the_hyperparameters_are_explained(card: Any, text: str) -> None:
    hyperparameters = {name.strip("`"): value for name, value, _ in rows(text, of="what it is")}
    assert hyperparameters == {name: str(value) for name, value in card["recipe"].items()}
    assert "share of an update that is added to the next one" in text


def test_test_sets_stand_side_by_side(card: Any, text: str) -> None:
    figures = {name: values for name, *values in rows(text, of="|  | mnist-test | pen |")}
    ours = card["test"]["mnist-test"]["recognition"]
    assert figures["right"] == [f"{ours['right']:,}", "3"]
    assert figures["accuracy"] == [f"{100 * ours['accuracy']:.2f} %", "75.00 %"]
    assert figures["95 % interval (Wilson)"][1] == "30.06 to 95.44 %"


def test_non_digits_have_their_metrics(text: str) -> None:
    assert rows(text, of="AUROC")[2] == ["all", "1", "1", "5", "100.00 %", "0.00 %"]


def test_the_confusion_matrix_is_whole(card: Any, text: str) -> None:
    _, _, after = text.partition("mnist-test, labels in rows, results in columns:")
    matrix = [[int(cell) for cell in line.strip("| ").split(" | ")[1:]] for line in after.splitlines()[4:14]]
    assert matrix == card["test"]["mnist-test"]["recognition"]["confusion_matrix"]


def test_the_weaknesses_are_those_of_the_figures(text: str) -> None:
    weaknesses = text.partition("## Known weaknesses")[2]
    assert "pen: the digits with the lowest recall are 4 (50.00 %), 7 (100.00 %)" in weaknesses
    assert "Most common errors: 4 read as 9 (1)" in weaknesses
    assert rows(weaknesses, of="writer (2 in all)") == [
        ["bob", "2", "50.00 %", "9.45 to 90.55 %"],
        ["anna", "2", "100.00 %", "34.24 to 100.00 %"],
    ]


def test_a_name_cannot_break_a_table(card: Any) -> None:
    card["rehearsal"]["test"]["pen"]["recognition"]["writers"] = {
        "a|b\nc": {"digits": 4, "right": 3, "accuracy": 0.75}
    }
    assert "| a\\|b c | 4 |" in to_markdown(card)


def test_threshold_and_temperature_are_told(card: Any) -> None:
    card["calibration"] = {"threshold": 4.25, "temperature": 1.5, "chosen_on": "pen 26, pen 27"}
    told = to_markdown(card)
    assert "a score below the threshold of 4.25 is refused as a non-digit" in told
    assert "divided by a temperature of 1.5" in told
    assert "pen 26, pen 27" in told


def test_pictures_are_linked_with_what_they_show(text: str) -> None:
    assert "![Loss and accuracy by epoch](lenet-pictures/curves.svg)" in text
    assert "![my pens, all: Worst mistakes](lenet-pictures/my%20pens%2C%20all-mistakes.svg)" in text
    assert "![holdout run: Loss and accuracy by epoch](lenet-rehearsal-pictures/curves.svg)" in text


def test_without_pictures_there_is_no_section_of_them(card: Any) -> None:
    assert "## Pictures" not in to_markdown(card)


def test_the_sections_come_in_their_order(text: str) -> None:
    assert re.findall("^## (.+)$", text, re.MULTILINE) == [
        "Data",
        "Hyperparameters",
        "Metrics",
        "Known weaknesses",
        "Pictures",
        "Software",
    ]


def test_versions_end_it(card: Any, text: str) -> None:
    assert dict(rows(text, of="version")) == card["versions"]
    assert text.endswith("|\n")
