"""How long the admin's list takes over HTTP, at both ends of each of its filters, with a million records.

    .venv/bin/python -m benchmarks.admin_pages embedded
    script/cassandra start
    MNIST_SERVER_DB_ADDRESS=127.0.0.1 .venv/bin/python -m benchmarks.admin_pages cassandra

fills a store beside the site's own, unless it is full already (see benchmarks/million.py), runs a site with
one worker on it, logs in, and requests each page several times, one after the other.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

import requests
from django.conf import settings

from benchmarks.million import DAYS, MODELS, ORIGINS, START, fill
from testbed.sites import STAFF, Site, employ, running_site

LIST = "/admin/history/historyrecord/"
ROUNDS, WARMING = 30, 5
FILTERS = {
    "everything": {},
    "one digit": {"digit": "7"},
    "one label": {"label": "7"},
    "disagreeing": {"disagreeing": "1"},
    "below 50 %": {"below": "50"},
    "below 99 %": {"below": "99"},
    "most common model": {"model": MODELS[0]},
    "rare model": {"model": MODELS[-1]},
    "most common page": {"origin": ORIGINS[0]},
    "one visitor": {"visitor": "visitor 7"},
    "one day": {"day": str((START + timedelta(days=DAYS // 2)).date())},
    "one digit of one day": {"digit": "7", "day": str((START + timedelta(days=DAYS // 2)).date())},
}
ENDS: dict[str, dict[str, str]] = {"first page": {}, "last page": {"last": ""}}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("store", choices=("embedded", "cassandra"))
    options.add_argument("--records", type=int, default=1_000_000)
    chosen = options.parse_args()
    fill(chosen.store, chosen.records)
    with TemporaryDirectory() as folder:
        environment: Any = serving(chosen.store, folder)
        with running_site(Path(folder), **environment) as site:
            employ(site)
            report(site)


def serving(store: str, folder: str) -> dict[str, str]:
    """The environment in which a site serves the filled store."""
    if store == "cassandra":
        hosts = ",".join(settings.CASSANDRA_HOSTS)
        return {"WEB_CONCURRENCY": "1", "MNIST_SERVER_DB_ADDRESS": hosts, "MNIST_SERVER_DB_KEYSPACE": "pages"}
    # SQLite follows the link, and has its log beside the file itself.
    (Path(folder) / "history.sqlite3").symlink_to(settings.STATE_DIR / "pages.sqlite3")
    return {"WEB_CONCURRENCY": "1"}


def report(site: Site) -> None:
    client = logged_in(site)
    print("| filter | page | drawings | median | 95 % |\n|---|---|---|---|---|")
    slowest = 0.0
    for (name, query), (end, place) in product(FILTERS.items(), ENDS.items()):
        drawings, times = timed(client, site, {**query, **place})
        median, high = statistics.median(times), times[int(len(times) * 0.95)]
        slowest = max(slowest, median)
        print(f"| {name} | {end} | {drawings} | {median:.0f} ms | {high:.0f} ms |", flush=True)
    print(f"The slowest median: {slowest:.0f} ms.")
    if slowest > 300:
        sys.exit("A page takes more than 300 ms at the median.")


def logged_in(site: Site) -> requests.Session:
    client, login = requests.Session(), f"{site.url}/admin/login/"
    client.get(login, timeout=60)
    form = {**STAFF, "csrfmiddlewaretoken": client.cookies["csrftoken"], "next": LIST}
    client.post(login, form, headers={"Referer": login}, timeout=60).raise_for_status()
    return client


def timed(client: requests.Session, site: Site, query: dict[str, str]) -> tuple[int, list[float]]:
    """The number of drawings on a page, and its times in milliseconds, sorted."""
    times = []
    for _ in range(WARMING + ROUNDS):
        started = time.perf_counter()
        response = client.get(f"{site.url}{LIST}", params=query, timeout=60)
        times.append((time.perf_counter() - started) * 1000)
        response.raise_for_status()
    return response.text.count('name="id"'), sorted(times[WARMING:])


if __name__ == "__main__":
    main()
