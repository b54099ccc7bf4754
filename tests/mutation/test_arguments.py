"""What script/mutants refuses before it records anything."""

import pytest

from tests.mutation.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["history", "--sample", "0"], "'0' is no whole number above 0"),
        (["history", "--sample", "-1"], "'-1' is no whole number above 0"),
        (["history", "--sample", "many"], "'many' is no whole number above 0"),
        (["history", "--tests", "tests", "tests/nowhere"], "there are no tests at 'tests/nowhere'"),
    ],
)
def test_a_wrong_argument_is_named(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert complaint in capsys.readouterr().err


def test_what_is_no_part_of_the_product_is_named() -> None:
    with pytest.raises(SystemExit, match="There is no Python file of the product in nowhere"):
        main(["nowhere"])
