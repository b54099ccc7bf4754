"""Whatever fails, what was acknowledged is in the cluster afterwards, once, byte by byte.

Each test puts a load on a real site before three real nodes, lets something fail in the middle of it, mends
it, and reckons.
"""

from contextlib import ExitStack
from pathlib import Path

from tests.disks import on_a_small_disk
from tests.faults.reckoning import Figures, wait_until_drained
from tests.faults.sites import kill
from tests.faults.trial import REQUESTS, Trial

WRITE_TIMEOUT_S = 2.0
"""The site's own."""
SLACK_S = 8.0
"""For the rest of an answer, on two cores that run twelve clients, the site and three nodes, which have much
to catch up with after they hung."""


def test_a_node_is_killed(trial: Trial) -> None:
    figures = with_nodes_killed(trial, "one of three nodes killed", 2)
    assert figures.unanswered == 0
    assert figures.refused == 0


def test_two_nodes_are_killed(trial: Trial) -> None:
    figures = with_nodes_killed(trial, "two of three nodes killed", 1, 3)
    assert figures.queued > 0
    assert (figures.unanswered, figures.refused) == (0, 0)


def test_all_nodes_are_killed_and_started_again(trial: Trial) -> None:
    figures = with_nodes_killed(trial, "all nodes killed and started again", 1, 2, 3)
    assert figures.stored > REQUESTS // 4
    assert figures.queued > 0
    assert (figures.unanswered, figures.refused) == (0, 0)


def test_the_web_server_is_killed(trial: Trial) -> None:
    with trial.site() as site, ExitStack() as later:
        port = int(site.url.rpartition(":")[2])
        with trial.load(site).running() as load:
            load.wait_for(REQUESTS // 2)
            kill(site)
            second = later.enter_context(trial.site(port=port))
            load.wait_for(REQUESTS // 2)
        figures = trial.reckoned("the web server killed", second, load)
    assert figures.refused == 0


def test_cassandra_is_down_from_the_start(trial: Trial) -> None:
    trial.cluster.kill(1, 2, 3)
    with trial.site() as site:
        with trial.load(site).running() as load:
            load.wait_for(REQUESTS // 2)
            trial.start_again(load)
            load.wait_for(REQUESTS // 2)
        figures = trial.reckoned("Cassandra down at the start", site, load)
    assert figures.queued >= REQUESTS // 2
    assert (figures.unanswered, figures.refused) == (0, 0)


def test_the_disk_is_full(trial: Trial) -> None:
    small = trial.state / "small"
    small.mkdir()
    with trial.site(small, through=on_a_small_disk(small)) as site:
        with trial.load(site).running() as load:
            load.wait_for(REQUESTS // 4)
            trial.cluster.kill(1, 2, 3)
            load.wait_for_status(503, count=50)
            trial.start_again(load)
            wait_until_drained(site)
            load.wait_for(REQUESTS // 2)
        figures = trial.reckoned("all nodes killed, and the disk full", site, load)
    assert figures.queued > 0
    assert figures.refused >= 50
    assert figures.unanswered == 0


def test_the_outbox_is_torn(trial: Trial) -> None:
    """The web server dies while it writes: of its last write to the outbox only a part is on disk."""
    trial.cluster.kill(1, 2, 3)
    with trial.site() as site, ExitStack() as later:
        port = int(site.url.rpartition(":")[2])
        with trial.load(site).running() as load:
            load.wait_for(REQUESTS // 2)
            kill(site)
            tear(trial.state / "outbox.sqlite3-wal")
            second = later.enter_context(trial.site(port=port))
            load.wait_for(REQUESTS // 4)
            trial.start_again(load)
            load.wait_for(REQUESTS // 4)
        figures = trial.reckoned("the outbox torn, the web server killed", second, load)
    assert figures.queued > 0
    assert figures.refused == 0


def test_a_node_hangs(trial: Trial) -> None:
    figures = with_nodes_frozen(trial, "one node hangs", 3)
    assert (figures.unanswered, figures.refused) == (0, 0)
    assert figures.longest_answer_s < WRITE_TIMEOUT_S + SLACK_S


def test_two_nodes_hang(trial: Trial) -> None:
    figures = with_nodes_frozen(trial, "two nodes hang", 1, 2)
    assert figures.queued > 0
    assert (figures.unanswered, figures.refused) == (0, 0)
    assert figures.longest_answer_s < WRITE_TIMEOUT_S + SLACK_S


def with_nodes_killed(trial: Trial, fault: str, *nodes: int) -> Figures:
    """A third of the load before, a third while they are dead, and a third after they were started again."""
    with trial.site() as site:
        with trial.load(site).running() as load:
            load.wait_for(REQUESTS // 3)
            trial.cluster.kill(*nodes)
            load.wait_for(REQUESTS // 3)
            trial.start_again(load)
            load.wait_for(REQUESTS // 3)
        return trial.reckoned(fault, site, load)


def with_nodes_frozen(trial: Trial, fault: str, *nodes: int) -> Figures:
    """A third of the load before, a third while they hang, and a third after."""
    with trial.site() as site:
        with trial.load(site).running() as load:
            load.wait_for(REQUESTS // 3)
            with trial.cluster.frozen(*nodes):
                load.wait_for(REQUESTS // 3)
            load.wait_for(REQUESTS // 3)
        return trial.reckoned(fault, site, load)


def tear(log: Path) -> None:
    """Leave half of one more page of SQLite's log, as a write that the power was cut from."""
    pages = log.read_bytes()
    page = pages[32 : 32 + 24 + 4096]
    with log.open("ab") as file:
        file.write(page[: len(page) // 2])
