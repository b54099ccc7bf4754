"""The sites that the screens are on, each with a member of the staff."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.conftest import ROOT, Site, free_port, running_site, site_environment

SiteName = Literal["whole", "without database"]
STAFF = {"username": "ada", "password": "wheels and levers"}


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


def employ(site: Site) -> None:
    """Make the site's one member of the staff, who may do everything."""
    given = {f"DJANGO_SUPERUSER_{name.upper()}": value for name, value in STAFF.items()}
    command = [str(ROOT / "script/manage"), "createsuperuser", "--noinput", "--email", "ada@localhost"]
    subprocess.run(
        command, env=site_environment(site.state, **given), capture_output=True, check=True, timeout=120
    )
