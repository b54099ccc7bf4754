"""Survivors that somebody looked at: judged.toml says of each why no test notices it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

EQUIVALENT, NO_TEST = "equivalent", "not worth a test"
FILE = Path(__file__).with_name("judged.toml")


@dataclass(frozen=True)
class Judgement:
    file: str
    function: str
    change: str
    verdict: str
    reason: str

    def __post_init__(self) -> None:
        if self.verdict not in (EQUIVALENT, NO_TEST) or not self.reason.strip():
            raise ValueError(f"{self.file}: a verdict is “{EQUIVALENT}” or “{NO_TEST}”, and has a reason.")

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.function, self.change.strip()


def judgements(text: str) -> dict[tuple[str, str, str], Judgement]:
    """Those of judged.toml, by the key of their mutant."""
    each = [Judgement(**entry) for entry in tomllib.loads(text).get("judged", [])]
    return {judgement.key: judgement for judgement in each}


def stale(known: Iterable[Judgement], mutants: Iterable[Mutant]) -> list[Judgement]:
    """Judgements, in the files of the mutants, of what can no longer be made."""
    keys = {mutant.key for mutant in mutants}
    files = {mutant.path for mutant in mutants}
    return [judgement for judgement in known if judgement.file in files and judgement.key not in keys]
