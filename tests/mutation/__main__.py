"""Tries mutants of packages or files, prints the survivors and the share that the tests notice.

Exits with 1 where a package's share is below its aim.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue

from tqdm import tqdm

from tests.mutation import judged, recording, report
from tests.mutation.choosing import Chooser
from tests.mutation.lending import lent_cluster
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.scratch import ROOT, Outcome, Scratch, copied_files, scratch_copy

CACHE = ROOT / ".cache/mutants"
SURVIVORS = CACHE / "survivors.json"
NOT_RUN = ("tests/browser", "tests/faults", "tests/mutation")
CASSANDRA = "history/stores/cassandra/"
INTERRUPTED = 130
NEED_CASSANDRA = "tests that need Cassandra"


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    known = judged.judgements(judged.FILE.read_text())
    mutants = [mutant for path in _files(asked.paths, asked.cassandra) for mutant in mutants_of(ROOT, path)]
    for judgement in judged.stale(known.values(), mutants):
        print(f"Stale, its change cannot be made any more: {judgement.key}")
    if asked.survivors:
        before = _survivors()
        mutants = [mutant for mutant in mutants if mutant.key in before]
    tried = sample(mutants, asked.sample, asked.seed)
    results: list[report.Result] = []
    with suppress(KeyboardInterrupt), lent_cluster() if asked.cassandra else nullcontext():
        recorded = _recorded("tests that need no Cassandra")
        if asked.cassandra:
            recorded = recorded.together_with(_recorded(NEED_CASSANDRA))
        chooser = Chooser(ROOT, recorded, asked.budget)
        outcomes = _try_all(tried, chooser, 1 if asked.cassandra else asked.jobs)
        for mutant, outcome in tqdm(outcomes, total=len(tried), unit="mutant"):
            result = report.Result(mutant, chooser.choose(mutant), outcome, known.get(mutant.key))
            results.append(result)
            if result.verdict == "survived":
                tqdm.write(f"{result}\n", file=sys.stdout)
                sys.stdout.flush()
    _remember(results)
    print(f"{len(results)} of {len(mutants)} mutants tried")
    print(report.summary(results))
    if len(results) < len(tried):
        return INTERRUPTED
    return 1 if report.below_the_aim(results) else 0


def sample(mutants: Sequence[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Some of the mutants, the same for the same seed, or all.

    They come in an order of chance, so that the part which an interrupted run has tried is a sample, too.
    """
    return list(mutants) if size is None else random.Random(seed).sample(mutants, min(size, len(mutants)))  # noqa: S311


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a package, a folder or a file: history")
    parser.add_argument("--sample", type=int, metavar="N", help="try only so many, chosen by chance")
    parser.add_argument("--seed", type=int, default=0, help="of that chance")
    parser.add_argument("--jobs", type=int, default=1, help="how many are tried at once")
    parser.add_argument(
        "--budget", type=float, default=30, metavar="S", help="seconds of tests for each group"
    )
    parser.add_argument("--survivors", action="store_true", help="only those that survived before")
    parser.add_argument("--cassandra", action="store_true", help="with its store and the tests that need it")
    return parser


def _files(paths: Iterable[str], with_cassandra: bool) -> list[str]:
    inside = [Path(path).as_posix() for path in paths]
    files = [
        file
        for file in copied_files()
        if file.endswith(".py") and any(file == path or file.startswith(f"{path}/") for path in inside)
        if "/migrations/" not in file and not file.startswith("tests/")
    ]
    if not files:
        raise SystemExit(f"There is no Python file of the product in {', '.join(inside)}.")
    return [file for file in files if with_cassandra or not file.startswith(CASSANDRA)]


def _recorded(tests: str) -> recording.Recording:
    """What some tests run, recorded anew when a file of the site or its tests has changed."""
    digest = sha256(tests.encode())
    for file in copied_files():
        if not file.endswith((".md", ".png", ".toml", ".txt")) and not file.startswith(NOT_RUN):
            digest.update(file.encode() + (ROOT / file).read_bytes())
    path = CACHE / f"{digest.hexdigest()[:16]}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"Recording which lines are run by {tests} (minutes)", file=sys.stderr)
        ignored = [f"--ignore={folder}" for folder in NOT_RUN]
        flag = "--cassandra" if tests == NEED_CASSANDRA else "--no-cassandra"
        with scratch_copy() as copy:
            command = [
                sys.executable,
                "-m",
                "tests.mutation.recording",
                "recorded.json",
                flag,
                "tests",
                *ignored,
            ]
            process = subprocess.Popen(command, cwd=copy, stdout=sys.stderr)
            try:
                if process.wait():
                    raise SystemExit("The tests could not be recorded.")
            finally:  # A run of tests that is told to end ends what it has started.
                process.terminate()
                process.wait()
            path.write_bytes((copy / "recorded.json").read_bytes())
    recorded = recording.read(path)
    for test in recorded.unusable:
        print(f"Not used, it does not pass: {test}", file=sys.stderr)
    return recorded


def _try_all(mutants: Sequence[Mutant], chooser: Chooser, jobs: int) -> Iterator[tuple[Mutant, Outcome]]:
    """The outcomes, as they come; no copy and no process is left, however it ends."""
    with ExitStack() as stack:
        free: SimpleQueue[Scratch] = SimpleQueue()
        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        for _ in range(jobs):
            scratch = Scratch(stack.enter_context(scratch_copy()))
            stack.callback(scratch.close)
            free.put(scratch)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)

        def try_out(mutant: Mutant) -> Outcome:
            limits = chooser.choose(mutant).limits
            if not limits:
                return Outcome("passed", "")
            scratch = free.get()
            try:
                return scratch.try_out(mutant, limits)
            finally:
                free.put(scratch)

        waiting = {pool.submit(try_out, mutant): mutant for mutant in mutants}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def _remember(results: Iterable[report.Result]) -> None:
    """Keep the survivors for --survivors, and forget those that a test has noticed since."""
    SURVIVORS.parent.mkdir(parents=True, exist_ok=True)
    tried = {result.mutant.key for result in results}
    surviving = {result.mutant.key for result in results if result.verdict == "survived"}
    SURVIVORS.write_text(json.dumps(sorted(_survivors() - tried | surviving), indent=1))


def _survivors() -> set[tuple[str, ...]]:
    return {tuple(key) for key in json.loads(SURVIVORS.read_text())} if SURVIVORS.exists() else set()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
