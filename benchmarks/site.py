"""A browser's session with a running site, without the browser."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from testbed.drawings import data_url

CLIENTS = 8
TIMEOUT_S = 60


class SiteClient:
    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Origin"] = url
        self.session.mount(url, requests.adapters.HTTPAdapter(pool_maxsize=CLIENTS))

    def identify(self, drawing: bytes) -> dict:
        body = {"data": data_url(drawing)}
        response = self.session.post(f"{self.url}/api/mnist/identify", json=body, timeout=TIMEOUT_S)
        response.raise_for_status()
        return dict(response.json())

    def identify_all(self, drawings: Sequence[bytes]) -> list[dict]:
        """Their results, several at once."""
        first = self.identify(drawings[0])  # Alone, so that all the others share the session it begins.
        with ThreadPoolExecutor(CLIENTS) as threads:
            return [first, *threads.map(self.identify, drawings[1:])]

    def records(self) -> Iterator[dict]:
        """All records of this session, the newest first, page by page."""
        cursor = ""
        while cursor is not None:
            query = {"before": cursor, "limit": "200"}
            page = self.session.get(f"{self.url}/api/v1/recognitions", params=query, timeout=TIMEOUT_S).json()
            yield from page["recognitions"]
            cursor = page["older"]

    def drawing(self, record: dict) -> bytes:
        return self.session.get(self.url + record["drawing"], timeout=TIMEOUT_S).content
