"""Tries mutants of packages or files; prints what no test notices, and the share that the tests notice."""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from tests.mutation import recording, report
from tests.mutation.choosing import Chooser
from tests.mutation.lending import lent_cluster
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.running import ROOT, copied_files, scratch_copy, verdict

CACHE = ROOT / ".cache/mutants"
SURVIVORS = CACHE / "survivors.json"
NOT_RUN = ("tests/browser", "tests/faults", "tests/mutation")
CASSANDRA = "history/stores/cassandra/"
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    judgements = report.Judgements(report.JUDGED.read_text())
    mutants = [
        mutant
        for path in files_in(asked.paths, with_cassandra=asked.cassandra)
        for mutant in mutants_of(ROOT, path)
    ]
    for judgement in judgements.stale(mutants):
        print(f"Stale, its change cannot be made any more: {judgement}")
    if asked.survivors:
        before = survivors()
        mutants = [mutant for mutant in mutants if mutant.key in before]
    tried = sample(mutants, judgements, asked.sample, asked.seed)
    if not tried:
        raise SystemExit("There is no mutant to try.")
    results: list[report.Result] = []
    with suppress(KeyboardInterrupt), lent_cluster() if asked.cassandra else nullcontext():
        chooser = Chooser(ROOT, _recorded(asked.tests, asked.cassandra))
        with scratch_copy() as copy:
            for mutant in tqdm(tried, unit="mutant"):
                tests = chooser.choose(mutant)
                results.append(
                    report.Result(mutant, list(tests), verdict(copy, mutant, tests), judgements.of(mutant))
                )
                if results[-1].verdict != "noticed":
                    tqdm.write(f"{results[-1]}\n", file=sys.stdout)
                    sys.stdout.flush()
    remember(results)
    print(f"{len(results)} of {len(mutants)} mutants tried\n{report.summary(results)}")
    return INTERRUPTED if len(results) < len(tried) else 0


def sample(
    mutants: Sequence[Mutant], judgements: report.Judgements, size: int | None, seed: int
) -> list[Mutant]:
    """A random sample of at most `size` mutants, without those judged equivalent; the same for the same seed.

    The order is random, too, so that the mutants which an interrupted run has tried are also a sample.
    """
    shuffled = random.Random(seed).sample(mutants, len(mutants))  # noqa: S311 -- no secret
    return list(islice((m for m in shuffled if m.says_something and not _is_equivalent(m, judgements)), size))


def _is_equivalent(mutant: Mutant, judgements: report.Judgements) -> bool:
    judgement = judgements.of(mutant)
    return judgement is not None and judgement.verdict == report.EQUIVALENT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a package, a folder or a file: history")
    parser.add_argument("--sample", type=_positive, metavar="N", help="try a random sample of N mutants")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument(
        "--tests", nargs="+", default=["tests"], type=_tests, metavar="PATH", help="with these tests only"
    )
    parser.add_argument("--survivors", action="store_true", help="only those that survived before")
    parser.add_argument("--cassandra", action="store_true", help="with its store and the tests that need it")
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)


def _tests(text: str) -> str:
    if not (ROOT / text.partition("::")[0]).exists():
        raise argparse.ArgumentTypeError(f"there are no tests at '{text}'")
    return text


def files_in(paths: Iterable[str], *, with_cassandra: bool) -> list[str]:
    """The files that are tried. Raises SystemExit where a path has none: it is a mistake then."""
    product = [
        file
        for file in copied_files()
        if file.endswith(".py") and file.startswith(recording.PACKAGES) and "/migrations/" not in file
        if with_cassandra or not file.startswith(CASSANDRA)
    ]
    found: dict[str, None] = {}
    for path in (Path(path).as_posix() for path in paths):
        inside = [file for file in product if file == path or file.startswith(f"{path}/")]
        if not inside:
            raise SystemExit(f"There is no Python file of the product in {path}, or only with --cassandra.")
        found.update(dict.fromkeys(inside))
    return list(found)


def _recorded(tests: Sequence[str], with_cassandra: bool) -> recording.Recording:
    """Which test runs which lines. Recorded again when a file of the site or of its tests has changed."""
    ignored = [f"--ignore={folder}" for folder in NOT_RUN]
    arguments = [*tests, *ignored, "-m", "" if with_cassandra else "not cluster"]
    digest = sha256(repr(arguments).encode())
    for file in copied_files():
        if not file.endswith((".md", ".png", ".toml", ".txt")) and not file.startswith(NOT_RUN):
            digest.update(file.encode() + (ROOT / file).read_bytes())
    path = CACHE / f"{digest.hexdigest()[:16]}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        print("Recording which test runs which lines (minutes)", file=sys.stderr)
        with scratch_copy() as copy:
            command = [sys.executable, "-m", "tests.mutation.recording", "recorded.json", *arguments]
            process = subprocess.Popen(command, cwd=copy, stdout=sys.stderr)
            try:
                if process.wait():
                    raise SystemExit("The tests could not be recorded.")
            finally:  # A run of tests that is told to end ends what it has started.
                process.terminate()
                process.wait()
            path.write_bytes((copy / "recorded.json").read_bytes())
    return recording.Recording(**json.loads(path.read_text()))


def remember(results: Iterable[report.Result]) -> None:
    """Keep the survivors for --survivors, and forget those that a test has noticed since."""
    SURVIVORS.parent.mkdir(parents=True, exist_ok=True)
    tried = {result.mutant.key for result in results}
    surviving = {result.mutant.key for result in results if result.verdict == "survived"}
    SURVIVORS.write_text(json.dumps(sorted(survivors() - tried | surviving), indent=1))


def survivors() -> set[tuple[str, ...]]:
    return {tuple(key) for key in json.loads(SURVIVORS.read_text())} if SURVIVORS.exists() else set()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.chdir(ROOT)
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(main(sys.argv[1:]))
