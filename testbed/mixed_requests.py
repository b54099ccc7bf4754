"""Requests of all kinds, as a site gets them from browsers, programs and attackers."""

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import requests

from testbed.damaged_pictures import damaged, valid_pictures
from testbed.drawings import data_url
from testbed.hostile import ONE, draw, encode
from testbed.sites import Site

KEPT = 200
"""Number of records that are asked for again."""


class MixedRequests:
    """A browser that sends one request after another, chosen at random."""

    def __init__(self, site: Site, *, seed: int) -> None:
        self._site, self._random = site, np.random.default_rng(seed)
        self._browser, self._stranger = requests.Session(), requests.Session()
        self._browser.headers["Origin"] = site.url
        self._browser.get(site.url, timeout=60)
        self._pictures, self._ids = valid_pictures(), deque[str](maxlen=KEPT)
        self._number = data_url(encode(draw(ONE._replace(width=560, step=80, repeats=6)), "grey"))
        self._kinds: list[Callable[[], requests.Response]] = [
            *[self._draw] * 8,
            *[self._draw_damaged] * 2,
            *[self._preview] * 2,
            *[self._read_record] * 3,
            *[self._label] * 2,
            self._delete,
            self._look_inside,
            self._send_too_much,
            lambda: self._get("/"),
            lambda: self._get("/history/"),
            lambda: self._get("/api/v1/recognitions?limit=50"),
            lambda: self._get("/api/health"),
            lambda: self._get(f"/no/such/page/{self._random.integers(1 << 40)}"),
            lambda: self._get(f"/?next={self._random.integers(1 << 40)}"),
        ]
        self._draw()

    def send(self) -> int:
        """Send one request. Returns the response's status."""
        return int(self._kinds[self._random.integers(len(self._kinds))]().status_code)

    def _draw(self) -> requests.Response:
        places = self._random.integers(20, 260, (2, int(self._random.integers(1, 60))))
        picture = data_url(encode(draw(ONE._replace(thickness=int(places[0, 0]) // 10)), "grey"))
        client = self._browser if self._random.random() < 0.8 else self._stranger
        answer = self._post("identify", {"data": picture, "strokes": [places.tolist()]}, client=client)
        if client is self._browser and answer.status_code == 200:
            self._ids.append(answer.json()["id"])
        return answer

    def _draw_damaged(self) -> requests.Response:
        original = self._pictures[self._random.integers(len(self._pictures))]
        return self._post(
            "identify", {"data": data_url(damaged(original, self._random))}, client=self._stranger
        )

    def _preview(self) -> requests.Response:
        return self._post("preview", {"data": self._number})

    def _look_inside(self) -> requests.Response:
        return self._post("inside", {"data": self._number, "digit": 3})

    def _send_too_much(self) -> requests.Response:
        return self._post("identify", {"data": "A" * 1_400_000})

    def _read_record(self) -> requests.Response:
        part = ("", "/drawing", "/again")[self._random.integers(3)]
        return self._get(f"/api/v1/recognitions/{self._any_id()}{part}")

    def _label(self) -> requests.Response:
        url = f"{self._site.url}/api/v1/recognitions/{self._any_id()}/label"
        return self._browser.put(url, json={"text": str(self._random.integers(10))}, timeout=60)

    def _delete(self) -> requests.Response:
        return self._browser.delete(f"{self._site.url}/api/v1/recognitions/{self._any_id()}", timeout=60)

    def _any_id(self) -> str:
        """A record's id; it may have been deleted."""
        return self._ids[int(self._random.integers(len(self._ids)))]

    def _get(self, path: str) -> requests.Response:
        return self._browser.get(self._site.url + path, timeout=60)

    def _post(self, route: str, body: Any, *, client: requests.Session | None = None) -> requests.Response:
        return (client or self._browser).post(f"{self._site.url}/api/v1/{route}", json=body, timeout=60)
