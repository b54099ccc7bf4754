"""Whatever fails, what was acknowledged is in the cluster afterwards, once, byte by byte.

Each test puts a load on a real site before three real nodes, lets something fail in the middle of it, mends
it, and reckons.
"""

from contextlib import ExitStack
from pathlib import Path

from tests.cluster import Cluster
from tests.faults.conftest import REQUESTS, Reckon
from tests.faults.load import Load
from tests.faults.reckoning import wait_until_drained
from tests.faults.sites import clustered_site, kill, on_a_small_disk

WRITE_TIMEOUT_S = 2.0
"""The site's own."""
SLACK_S = 3.0
"""For all the rest of an answer, on a machine that runs the clients, the site and three nodes at once."""


def test_a_node_is_killed(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    with clustered_site(whole_cluster, tmp_path) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 3)
            whole_cluster.kill(2)
            load.wait_for(REQUESTS // 3)
            with load.slowed():
                whole_cluster.start()
            load.wait_for(REQUESTS // 3)
        wait_until_drained(site)
        figures = reckoned("one of three nodes killed", load)
    assert figures.unanswered == 0
    assert figures.refused == 0


def test_two_nodes_are_killed(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    with clustered_site(whole_cluster, tmp_path) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 3)
            whole_cluster.kill(1, 3)
            load.wait_for(REQUESTS // 3)
            with load.slowed():
                whole_cluster.start()
            load.wait_for(REQUESTS // 3)
        wait_until_drained(site)
        figures = reckoned("two of three nodes killed", load)
    assert figures.queued > 0
    assert (figures.unanswered, figures.refused) == (0, 0)


def test_all_nodes_are_killed_and_started_again(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    with clustered_site(whole_cluster, tmp_path) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 3)
            whole_cluster.kill(1, 2, 3)
            load.wait_for(REQUESTS // 3)
            with load.slowed():
                whole_cluster.start()
            load.wait_for(REQUESTS // 3)
        wait_until_drained(site)
        figures = reckoned("all nodes killed and started again", load)
    assert figures.stored > REQUESTS // 4
    assert figures.queued > 0
    assert (figures.unanswered, figures.refused) == (0, 0)


def test_the_web_server_is_killed(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    with clustered_site(whole_cluster, tmp_path) as site, ExitStack() as later:
        port = int(site.url.rpartition(":")[2])
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 2)
            kill(site)
            second = later.enter_context(clustered_site(whole_cluster, tmp_path, port=port))
            load.wait_for(REQUESTS // 2)
        wait_until_drained(second)
        figures = reckoned("the web server killed", load)
    assert figures.refused == 0


def test_cassandra_is_down_from_the_start(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    whole_cluster.kill(1, 2, 3)
    with clustered_site(whole_cluster, tmp_path) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 2)
            with load.slowed():
                whole_cluster.start()
            load.wait_for(REQUESTS // 2)
        wait_until_drained(site)
        figures = reckoned("Cassandra down at the start", load)
    assert figures.queued >= REQUESTS // 2
    assert (figures.unanswered, figures.refused) == (0, 0)


def test_the_disk_is_full(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    with clustered_site(whole_cluster, small, through=on_a_small_disk(small)) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 4)
            whole_cluster.kill(1, 2, 3)
            load.wait_for_status(503, count=50)
            with load.slowed():
                whole_cluster.start()
            wait_until_drained(site)
            load.wait_for(REQUESTS // 2)
        wait_until_drained(site)
        figures = reckoned("all nodes killed, and the disk full", load)
    assert figures.queued > 0
    assert figures.refused >= 50
    assert figures.unanswered == 0


def test_the_outbox_is_torn(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    """The web server dies while it writes: of its last write to the outbox only a part is on disk."""
    whole_cluster.kill(1, 2, 3)
    with clustered_site(whole_cluster, tmp_path) as site, ExitStack() as later:
        port = int(site.url.rpartition(":")[2])
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 2)
            kill(site)
            tear(tmp_path / "outbox.sqlite3-wal")
            second = later.enter_context(clustered_site(whole_cluster, tmp_path, port=port))
            load.wait_for(REQUESTS // 4)
            with load.slowed():
                whole_cluster.start()
            load.wait_for(REQUESTS // 4)
        wait_until_drained(second)
        figures = reckoned("the outbox torn, the web server killed", load)
    assert figures.queued > 0
    assert figures.refused == 0


def test_a_node_hangs(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    with clustered_site(whole_cluster, tmp_path) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 3)
            with whole_cluster.frozen(3):
                load.wait_for(REQUESTS // 3)
            load.wait_for(REQUESTS // 3)
        wait_until_drained(site)
        figures = reckoned("one node hangs", load)
    assert (figures.unanswered, figures.refused) == (0, 0)
    assert figures.longest_answer_s < WRITE_TIMEOUT_S + SLACK_S


def test_two_nodes_hang(
    whole_cluster: Cluster, tmp_path: Path, drawings: list[bytes], reckoned: Reckon
) -> None:
    with clustered_site(whole_cluster, tmp_path) as site:
        with Load(site.url, drawings).running() as load:
            load.wait_for(REQUESTS // 3)
            with whole_cluster.frozen(1, 2):
                load.wait_for(REQUESTS // 3)
            load.wait_for(REQUESTS // 3)
        wait_until_drained(site)
        figures = reckoned("two nodes hang", load)
    assert figures.queued > 0
    assert (figures.unanswered, figures.refused) == (0, 0)
    assert figures.longest_answer_s < WRITE_TIMEOUT_S + SLACK_S


def tear(log: Path) -> None:
    """Leave half of one more page of SQLite's log, as a write that the power was cut from."""
    pages = log.read_bytes()
    page = pages[32 : 32 + 24 + 4096]
    with log.open("ab") as file:
        file.write(page[: len(page) // 2])
