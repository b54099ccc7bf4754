"""Settings are read from the environment, and nonsense in them stops the start with a clear message."""

import os
import re
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError

from history.stores.sqlite.store import SQLiteStore
from mnistsite import env
from mnistsite.serving import serves
from tests.conftest import ROOT, site_environment
from tests.history.records import made_at

NAME = "MNIST_SERVER_TEST"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv(NAME, raising=False)
    return monkeypatch


@pytest.mark.parametrize(("value", "expected"), [("5", 5), (" 7 ", 7), ("", 3), ("9", 9)])
def test_a_whole_number_is_read(given: pytest.MonkeyPatch, value: str, expected: int) -> None:
    given.setenv(NAME, value)
    assert env.integer(NAME, 3, at_least=1, at_most=9) == expected


@pytest.mark.parametrize("value", ["0", "10", "two", "1.5", "-3"])
def test_another_number_is_refused_by_name(given: pytest.MonkeyPatch, value: str) -> None:
    given.setenv(NAME, value)
    with pytest.raises(
        ImproperlyConfigured, match=f"{NAME} must be a whole number from 1 to 9, not '{value}'"
    ):
        env.integer(NAME, 3, at_least=1, at_most=9)


@pytest.mark.parametrize("default", [True, False])
def test_a_switch_is_read_in_any_of_its_words_and_case(given: pytest.MonkeyPatch, default: bool) -> None:
    assert env.boolean(NAME, default) is default
    for expected, words in {True: "1 true yes on True YES", False: "0 false no off False OFF"}.items():
        for word in words.split():
            given.setenv(NAME, word)
            assert env.boolean(NAME, default) is expected, word


def test_another_word_for_a_switch_is_refused(given: pytest.MonkeyPatch) -> None:
    given.setenv(NAME, "maybe")
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.boolean(NAME, False)


def test_names_are_split_and_stripped(given: pytest.MonkeyPatch) -> None:
    given.setenv(NAME, " a.example, .b.example ,, ")
    assert env.names(NAME) == env.hosts(NAME) == ["a.example", ".b.example"]


@pytest.mark.parametrize(
    ("value", "expected"), [("localhost", "localhost"), ("::1", "[::1]"), ("[::]", "[::]"), ("", "127.0.0.1")]
)
def test_an_ipv6_address_gets_its_brackets(given: pytest.MonkeyPatch, value: str, expected: str) -> None:
    given.setenv(NAME, value)
    assert env.address(NAME, "127.0.0.1") == expected


def test_a_word_outside_the_choices_is_refused(given: pytest.MonkeyPatch) -> None:
    given.setenv(NAME, "LOUD")
    with pytest.raises(ImproperlyConfigured, match="DEBUG, INFO"):
        env.choice(NAME, "INFO", of=("DEBUG", "INFO"))


@pytest.mark.parametrize(("value", "expected"), [("", "INFO"), ("DEBUG", "DEBUG"), ("debug", "DEBUG")])
def test_one_of_some_words_is_taken_in_any_case(given: pytest.MonkeyPatch, value: str, expected: str) -> None:
    given.setenv(NAME, value)
    assert env.choice(NAME, "INFO", of=("DEBUG", "INFO")) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", 2), ("3", 3), ("paris:3", {"paris": 3}), ("paris:3, tokyo:2", {"paris": 3, "tokyo": 2})],
)
def test_copies_are_counted_in_all_or_by_data_centre(
    given: pytest.MonkeyPatch, value: str, expected: int | dict[str, int]
) -> None:
    given.setenv(NAME, value)
    assert env.replication(NAME, "2") == expected


def test_a_folder_is_made_with_those_above_it_and_for_its_owner_alone(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = tmp_path / "new" / "state"
    given.setenv(NAME, str(made))
    assert env.folder(NAME, tmp_path) == made
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    made.chmod(0o750)
    (made / "kept").touch()
    assert env.folder(NAME, tmp_path) == made
    assert stat.S_IMODE(made.stat().st_mode) == 0o750
    assert [file.name for file in made.iterdir()] == ["kept"]


def test_a_folder_that_is_a_file_or_takes_no_file_is_refused(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    # In /proc nobody makes files, root neither.
    for path in (tmp_path / "file", Path("/proc/self")):
        given.setenv(NAME, str(path))
        with pytest.raises(ImproperlyConfigured, match=f"{NAME} must be a folder that can be written to"):
            env.folder(NAME, tmp_path)


def test_a_path_is_absolute(given: pytest.MonkeyPatch) -> None:
    given.setenv(NAME, "~/digits")
    assert env.path(NAME, Path("x")) == Path.home() / "digits"


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    with ThreadPoolExecutor(8) as threads:
        secrets = set(threads.map(env.kept_secret, [path] * 16))
    assert len(secrets) == 1
    assert len(secrets.pop()) > 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret-key"]


def test_a_secret_has_32_characters_at_least_wherever_it_comes_from(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "secret-key"
    path.write_text("k" * 32)
    assert env.secret(NAME, path) == "k" * 32
    path.write_text("k" * 31)
    with pytest.raises(ImproperlyConfigured, match="secret-key must have at least 32 characters"):
        env.secret(NAME, path)
    given.setenv(NAME, "g" * 32)
    assert env.secret(NAME, path) == "g" * 32
    given.setenv(NAME, "g" * 31)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} must have at least 32 characters"):
        env.secret(NAME, path)


RunSettings = Callable[..., dict[str, Any]]


@pytest.fixture
def run_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunSettings:
    """What the settings file says where only these variables are set."""

    def run(**variables: str) -> dict[str, Any]:
        for name in list(os.environ):
            if name.startswith("MNIST_SERVER_") or name == "WEB_CONCURRENCY":
                monkeypatch.delenv(name)
        for name, value in {"MNIST_SERVER_STATE_DIR": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "mnistsite" / "settings.py"))

    return run


SECRET_READERS: list[Callable[[str], object]] = [
    lambda name: env.secret(name, Path("/dev/null/key")),
    env.secrets_of,
    env.password,
]


@pytest.fixture
def secret_file(given: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    given.setenv(f"{NAME}_FILE", str(path))
    return path


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", " ", "  \n", "\t"])
def test_a_secret_is_read_from_a_file_without_the_space_around_it(secret_file: Path, end: str) -> None:
    for secret in ("k" * 32, "ö" * 32, f"k\n{'k' * 32}"):
        secret_file.write_bytes((secret + end).encode())
        assert env.password(NAME) == env.secret(NAME, Path("/dev/null/key")) == secret
    secret_file.write_bytes((", ".join(["a" * 32, "b" * 32]) + end).encode())
    assert env.secrets_of(NAME) == ["a" * 32, "b" * 32]


def refusal_of(read: Callable[[str], object]) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(NAME)
    return str(refused.value)


@pytest.mark.parametrize("secret", [f"  {'k' * 40} \t", f"{'ö k' * 32}\n"])
def test_a_secret_is_the_same_in_a_file_and_in_a_variable(
    given: pytest.MonkeyPatch, secret_file: Path, secret: str
) -> None:
    given.setenv(NAME, secret)
    given.delenv(f"{NAME}_FILE")
    in_variable = env.password(NAME)
    given.delenv(NAME)
    given.setenv(f"{NAME}_FILE", str(secret_file))
    for content in (secret.encode(), f"\ufeff{secret}".encode(), f"  {secret}".encode()):
        secret_file.write_bytes(content)
        assert env.password(NAME) == in_variable


@pytest.mark.parametrize("read", SECRET_READERS)
def test_a_secret_is_only_read_from_a_regular_file_of_some_kilobytes(
    given: pytest.MonkeyPatch, secret_file: Path, tmp_path: Path, read: Callable[[str], object]
) -> None:
    fifo, loop = tmp_path / "fifo", tmp_path / "loop"
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    for path in (fifo, Path("/dev/zero"), Path("/dev/null")):
        given.setenv(f"{NAME}_FILE", str(path))
        assert refusal_of(read) == (
            f"{NAME}_FILE must be a file that can be read: {path} is not a regular file."
        )
    given.setenv(f"{NAME}_FILE", "/proc/self/mem")
    assert refusal_of(read).startswith(f"{NAME}_FILE must be a file that can be read: ")
    for path in (loop, Path("~nosuchuser/secret")):
        given.setenv(f"{NAME}_FILE", str(path))
        assert refusal_of(read).startswith(f"{NAME}_FILE must be a path, not '{path}': ")
    given.setenv(f"{NAME}_FILE", str(secret_file))
    secret_file.write_text("k" * 8192)
    assert read(NAME)
    secret_file.write_text("k" * 8193)
    assert refusal_of(read) == f"{NAME}_FILE must be a file of at most 8192 bytes."


@pytest.mark.parametrize("read", SECRET_READERS)
def test_a_secret_of_a_large_file_is_not_read_to_its_end(
    secret_file: Path, read: Callable[[str], object]
) -> None:
    with secret_file.open("wb") as file:
        file.truncate(1 << 40)
    assert refusal_of(read).startswith(f"{NAME}_FILE must be a file of at most ")


@pytest.mark.parametrize("read", SECRET_READERS)
def test_a_secret_has_one_source(
    given: pytest.MonkeyPatch, secret_file: Path, read: Callable[[str], object]
) -> None:
    secret_file.write_text("f" * 32)
    given.setenv(NAME, "v" * 32)
    assert refusal_of(read) == f"{NAME} and {NAME}_FILE must not both be set."


@pytest.mark.parametrize("read", SECRET_READERS)
def test_a_file_without_a_secret_is_refused_by_its_variable(
    secret_file: Path, read: Callable[[str], object]
) -> None:
    assert refusal_of(read).startswith(f"{NAME}_FILE must be a file that can be read: ")
    for content in (
        b"",
        b"\n",
        b"\xff" * 40,
        bytes(40),
        b"k" * 40 + b"\x1b",
        b"k" * 40 + b"\0\n",
        b"\xef\xbb\xbf",
    ):
        secret_file.write_bytes(content)
        assert refusal_of(read) == f"{NAME}_FILE must be a file with text, not '{secret_file}'."
    secret_file.unlink()
    secret_file.mkdir()
    assert refusal_of(read).startswith(f"{NAME}_FILE must be a file that can be read: ")


@pytest.mark.parametrize("read", SECRET_READERS[:2])
def test_a_short_secret_in_a_file_is_refused_by_its_variable_and_not_shown(
    secret_file: Path, read: Callable[[str], object]
) -> None:
    secret_file.write_text("sesame" * 5)
    refusal = refusal_of(read)
    assert refusal.startswith(f"{NAME}_FILE must have at least 32 characters")
    assert "sesame" not in refusal


def test_an_empty_variable_of_a_file_counts_as_unset(given: pytest.MonkeyPatch) -> None:
    given.setenv(f"{NAME}_FILE", "")
    given.setenv(NAME, "v" * 32)
    assert env.password(NAME) == "v" * 32


def test_each_secret_of_the_site_can_be_in_a_file(run_settings: RunSettings, tmp_path: Path) -> None:
    names = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DB_PASSWORD")
    files = {f"MNIST_SERVER_{name}_FILE": tmp_path / name for name in names}
    for path in files.values():
        path.write_text(f"{path.name}-{'x' * 32}\n")
    found = run_settings(**{name: str(path) for name, path in files.items()})
    secrets = (found["SECRET_KEY"], *found["SECRET_KEY_FALLBACKS"], found["CASSANDRA"]["PASSWORD"])
    assert secrets == tuple(f"{name}-{'x' * 32}" for name in names)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MNIST_SERVER_PORT", "http"),
        ("MNIST_SERVER_DB_PORT", "0"),
        ("MNIST_SERVER_SECRET_KEY", "short"),
        ("MNIST_SERVER_SECRET_KEY_FALLBACKS", f"{'long' * 8}, short"),
        ("MNIST_SERVER_SECRET_KEY_FILE", "/dev/null"),
        ("MNIST_SERVER_SECRET_KEY_FALLBACKS_FILE", "/dev/null/keys"),
        ("MNIST_SERVER_DB_PASSWORD_FILE", "/dev"),
        ("MNIST_SERVER_DB_KEYSPACE", "Mnist; DROP"),
        ("MNIST_SERVER_DB_REPLICATION", "three"),
        ("MNIST_SERVER_DB_REPLICATION", "paris:3,tokyo"),
        ("MNIST_SERVER_DB_CONSISTENCY", "ONE"),
        ("MNIST_SERVER_DB_TIMEOUT_MS", "0"),
        ("MNIST_SERVER_DB_TLS", "perhaps"),
        ("MNIST_SERVER_DB_TLS_CA", "/dev/null/ca.pem"),
        ("MNIST_SERVER_OUTBOX_BYTES", "1"),
        ("MNIST_SERVER_DEBUG", "perhaps"),
        ("MNIST_SERVER_LOG_LEVEL", "LOUD"),
        ("MNIST_SERVER_MAX_DRAWING_BYTES", "-1"),
        ("MNIST_SERVER_CORS_ORIGINS", "example.org"),
        ("MNIST_SERVER_CORS_ORIGINS", "https://example.org/"),
        ("MNIST_SERVER_HOSTS", "https://example.org"),
        ("MNIST_SERVER_TIME_ZONE", "Nowhere"),
        ("MNIST_SERVER_STATE_DIR", "/dev/null/state"),
        ("MNIST_SERVER_STATE_DIR", "/proc"),
        ("WEB_CONCURRENCY", "many"),
    ],
)
def test_the_site_refuses_to_start_on_nonsense_and_names_it(tmp_path: Path, name: str, value: str) -> None:
    environment = site_environment(tmp_path, **{name: value})
    run = subprocess.run([ROOT / "script" / "server"], env=environment, capture_output=True, timeout=60)
    assert run.returncode != 0
    assert run.stderr.decode().startswith(f"Invalid setting: {name} ")


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("MNIST_SERVER_PORT", 1, 65_535),
        ("WEB_CONCURRENCY", 1, None),
        ("MNIST_SERVER_MAX_DRAWING_BYTES", 1_000, None),
        ("MNIST_SERVER_MAX_DRAWING_PIXELS", 784, None),
        ("MNIST_SERVER_KEEP_DAYS", 0, 36_500),
        ("MNIST_SERVER_DB_TIMEOUT_MS", 100, 60_000),
        ("MNIST_SERVER_OUTBOX_BYTES", 1_000_000, None),
        ("MNIST_SERVER_HISTORY_BYTES", 0, None),
        ("MNIST_SERVER_BACKUP_DAYS", 0, 36_500),
        ("MNIST_SERVER_DB_PORT", 1, 65_535),
    ],
)
def test_a_number_is_taken_up_to_its_bounds(
    run_settings: RunSettings, name: str, lowest: int, highest: int | None
) -> None:
    run_settings(**{name: str(lowest)})
    run_settings(**{name: str(highest or 10**12)})
    for beyond in (lowest - 1, *([highest + 1] if highest else [])):
        with pytest.raises(ImproperlyConfigured, match=f"{name} must be .*, not '{beyond}'"):
            run_settings(**{name: str(beyond)})


def test_what_is_not_set_has_its_default(run_settings: RunSettings, tmp_path: Path) -> None:
    """tests/test_docs.py holds the documents to the defaults."""
    found = run_settings()
    names = ("PORT", "ADDRESS", "WORKERS", "MAX_DRAWING_BYTES", "MAX_DRAWING_PIXELS", "HISTORY_KEEP_DAYS")
    assert [found[name] for name in names] == [8888, "127.0.0.1", 2, 1_000_000, 4_194_304, 0]
    assert (found["CASSANDRA_TIMEOUT_S"], found["OUTBOX_BYTES"]) == (2.0, 1_000_000_000)
    assert found["HISTORY_STORES"]["embedded"]["OPTIONS"]["max_bytes"] is None
    assert (found["DEBUG"], found["SESSION_COOKIE_SECURE"]) == (False, False)
    assert (found["TIME_ZONE"], found["MNIST_DATA_DIR"]) == ("UTC", tmp_path / "mnist")


def test_former_secret_keys_are_separated_by_commas(run_settings: RunSettings) -> None:
    assert run_settings()["SECRET_KEY_FALLBACKS"] == []
    former = ["a" * 32, "b" * 32]
    assert run_settings(MNIST_SERVER_SECRET_KEY_FALLBACKS=", ".join(former))["SECRET_KEY_FALLBACKS"] == former


def test_a_body_has_room_for_the_largest_drawing_and_its_strokes(run_settings: RunSettings) -> None:
    assert run_settings()["MAX_BODY_BYTES"] == 2_500_000
    assert run_settings(MNIST_SERVER_MAX_DRAWING_BYTES="1000")["MAX_BODY_BYTES"] == 502_000


def test_the_store_and_django_are_told_of_the_same_cluster(run_settings: RunSettings) -> None:
    """tests/test_cassandra_settings.py has the rest of what an address of Cassandra changes."""
    found = run_settings(MNIST_SERVER_DB_ADDRESS="one.example, two.example")
    assert list(found["HISTORY_STORES"]) == ["embedded", "cassandra"]
    database = found["DATABASES"]["cassandra"]
    assert found["HISTORY_STORES"]["cassandra"]["OPTIONS"]["database"] == database
    assert database["HOST"] == "one.example,two.example"
    assert found["INSTALLED_APPS"][-1] == "django_cassandra_engine"  # Below management, as it says there.


@pytest.mark.parametrize(
    ("level", "root", "driver"),
    [
        ("", "INFO", "CRITICAL"),
        ("warning", "WARNING", "CRITICAL"),
        ("ERROR", "ERROR", "CRITICAL"),
        ("DEBUG", "DEBUG", "DEBUG"),
    ],
)
def test_the_driver_says_nothing_in_the_log_unless_all_is_to_be_told(
    run_settings: RunSettings, level: str, root: str, driver: str
) -> None:
    logging = run_settings(MNIST_SERVER_LOG_LEVEL=level)["LOGGING"]
    assert logging["root"]["level"] == root
    assert logging["loggers"]["cassandra"]["level"] == driver


def test_a_line_of_the_log_has_its_time_level_and_logger_on_standard_error(tmp_path: Path) -> None:
    code = """
import logging
early = logging.getLogger("early")
import django
django.setup()
early.warning("%d wait", 3)
logging.getLogger("late").info("{}")
logging.getLogger("late").debug("unheard")
"""
    environment = site_environment(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    lines = run.stderr.decode().splitlines()
    times, said = zip(*(line.split(",", 1) for line in lines), strict=True)
    assert all(datetime.fromisoformat(time) for time in times)
    assert [line.split(" ", 1)[1] for line in said] == ["WARNING early: 3 wait", "INFO late: {}"]
    assert run.stdout == b""


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("1xz#q8w", "password_too_short"),
        ("sunshine", "password_too_common"),
        ("ada-lovelace", "password_too_similar"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(password: str, refusal: str) -> None:
    ada = User(username="ada-lovelace")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, ada)
    assert [error.code for error in refused.value.error_list] == [refusal]
    validate_password("1xz#q8w!", ada)


PREDICTORS = (
    "from recognizer.predictor import shared_predictor; print(shared_predictor.cache_info().currsize)"
)


@pytest.mark.parametrize(
    ("start", "predictors"),
    [("import mnistsite.asgi", "1"), ("import django; django.setup()", "0")],
    ids=["a worker", "a command"],
)
def test_only_what_serves_loads_a_predictor(tmp_path: Path, start: str, predictors: str) -> None:
    environment = site_environment(tmp_path)
    command = [sys.executable, "-c", f"{start}; {PREDICTORS}"]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert run.stdout.decode().strip() == predictors


RETENTION = """
import threading
from history.stores import open_store
(thread,) = [each for each in threading.enumerate() if each.name == "retention"]
assert len(open_store().newest(limit=9)) == 2  # It waits for an hour.
thread.attempt()
print(len(open_store().newest(limit=9)))
"""
NO_RETENTION = """
import threading
print([thread.name for thread in threading.enumerate() if thread.name == "retention"])
"""


@pytest.mark.parametrize(
    ("start", "days", "look", "found"),
    [
        ("import mnistsite.asgi", "30", RETENTION, "1"),
        ("import mnistsite.asgi", "0", NO_RETENTION, "[]"),
        ("import django; django.setup()", "30", NO_RETENTION, "[]"),
    ],
    ids=["a worker", "a worker that keeps all", "a command"],
)
def test_what_serves_deletes_what_is_too_old_where_settings_say_so(
    tmp_path: Path, start: str, days: str, look: str, found: str
) -> None:
    store = SQLiteStore(tmp_path / "history.sqlite3")
    for age in (32, 0):
        store.add(made_at(datetime.now(UTC) - timedelta(days=age)))
    environment = site_environment(tmp_path, MNIST_SERVER_KEEP_DAYS=days)
    command = [sys.executable, "-c", f"{start}\n{look}"]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert run.stdout.decode().strip() == found
    assert len(store.newest(limit=9)) == (1 if look == RETENTION else 2)


@pytest.mark.parametrize(
    ("arguments", "is_child", "expected"),
    [
        (["runserver"], True, True),
        # The parent only watches files, and starts the child again.
        (["runserver"], False, False),
        (["runserver", "--noreload"], False, True),
        (["migrate"], True, False),
        (["migrate", "--noreload"], False, False),
        ([], True, False),
    ],
)
def test_a_command_serves_when_it_is_runserver_s_child(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], is_child: bool, expected: bool
) -> None:
    monkeypatch.delitem(sys.modules, "mnistsite.asgi", raising=False)
    monkeypatch.setattr(sys, "argv", ["manage.py", *arguments])
    monkeypatch.setenv("RUN_MAIN", "true" if is_child else "")
    assert serves() is expected


def test_a_given_key_needs_no_state_before_the_first_start(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    environment = site_environment(state, MNIST_SERVER_SECRET_KEY="k" * 50)
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=60)
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert not (state / "secret-key").exists()


SITE_DATABASE = """
import sqlite3
import django
django.setup()
from django.db import connection, transaction
with connection.cursor() as cursor:
    for name in ("synchronous", "journal_mode"):
        print(*cursor.execute(f"PRAGMA {name}").fetchone())
other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
other.rollback()
with transaction.atomic():
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        print(error)
"""


def test_the_site_s_own_database_syncs_every_commit_and_its_transactions_wait_their_turn(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", SITE_DATABASE]
    environment = site_environment(tmp_path)
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert (tmp_path / "site.sqlite3").exists()
    full = "2"
    assert run.stdout.decode().splitlines() == [full, "wal", "database is locked"]


def deployment_warnings(state: Path, **given: str) -> tuple[int, set[str]]:
    """The exit status of `check --deploy`, and the ids of its warnings."""
    environment = site_environment(state, MNIST_SERVER_RATE_LIMIT="600", **given)
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)
    return run.returncode, set(re.findall(r"\((\w+\.W\d+)\)", run.stderr))


def test_a_site_behind_https_passes_django_s_checklist_for_deployment(tmp_path: Path) -> None:
    given = {"MNIST_SERVER_HTTPS": "1", "MNIST_SERVER_PROXIES": "10.0.0.0/8"}
    assert deployment_warnings(tmp_path, **given) == (0, set())


def test_without_https_the_checklist_names_what_it_would_add(tmp_path: Path) -> None:
    """HSTS, redirects, and secure cookies for sessions and for the CSRF token."""
    https = {f"security.W{number}" for number in ("004", "008", "012", "016")}
    assert deployment_warnings(tmp_path) == (1, https)


def test_the_checklist_names_a_proxy_that_is_not_named_and_the_debugger(tmp_path: Path) -> None:
    found = deployment_warnings(tmp_path, MNIST_SERVER_HTTPS="1", MNIST_SERVER_DEBUG="1")
    assert found == (1, {"mnistsite.W001", "security.W018"})
