"""The sites that the screens are on, each with a member of the staff."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from testbed.sites import Site, employ, free_port, running_site

SiteName = Literal["whole", "without database"]


@contextmanager
def running_sites(folder: Path) -> Iterator[dict[SiteName, Site]]:
    """One with all that it needs, and one whose Cassandra does not answer."""
    states = folder / "whole", folder / "without-database"
    for state in states:
        state.mkdir()
    closed = str(free_port())
    with (
        running_site(states[0]) as whole,
        running_site(states[1], MNIST_SERVER_DB_ADDRESS="127.0.0.1", MNIST_SERVER_DB_PORT=closed) as without,
    ):
        for site in (whole, without):
            employ(site)
        yield {"whole": whole, "without database": without}
