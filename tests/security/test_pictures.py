"""Ten thousand damaged pictures, in both formats and all modes, sent to a running site."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import local

import numpy as np
import requests

from testbed.damaged_pictures import SIGNATURE, damaged, valid_pictures
from testbed.drawings import data_url
from testbed.sites import Site
from tests.security.unharmed import assert_is_documented, unharmed

COUNT, AT_ONCE, SEED = 10_000, 4, 16


def test_the_valid_pictures_are_read(site: Site) -> None:
    originals = valid_pictures()
    read = answers(site, originals)
    assert read[200] >= len(originals) * 3 / 5  # Those of one and of two pixels may have no ink.
    assert read[200] + read[422] == len(originals)


def test_no_damaged_picture_harms_the_site(site: Site) -> None:
    random, originals = np.random.default_rng(SEED), valid_pictures()
    sent = (damaged(originals[random.integers(len(originals))], random) for _ in range(COUNT))
    with unharmed(site):
        statuses = answers(site, sent)
    assert statuses.total() == COUNT
    # The damage reaches both: pictures that decoders refuse, and pictures that they read nevertheless.
    assert min(statuses[200], statuses[400]) > COUNT / 20, statuses


def answers(site: Site, contents: Iterable[bytes]) -> Counter[int]:
    """The statuses of the responses, each of which is documented."""
    own = local()

    def ask(content: bytes) -> int:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        kind = "png" if content.startswith(SIGNATURE) else "jpeg"
        body = {"data": data_url(content, f"image/{kind}")}
        answer = own.session.post(f"{site.url}/api/mnist/identify", json=body, timeout=60)
        assert_is_documented(answer)
        return int(answer.status_code)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(ask, contents))
