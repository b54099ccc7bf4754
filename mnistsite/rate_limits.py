"""Rate limits for clients: addresses, browsers and accounts."""

import ipaddress
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from mnistsite import cpu_time
from mnistsite.errors import is_of_api
from mnistsite.rate_limiter import Allowance, limiter
from mnistsite.refusals import TOO_MANY_REQUESTS, refusal_response

WINDOW_S = 10
"""A limit is a number of units in this time, which a client may also use at once."""

UNIT_CPU_S = 0.005
"""A request costs one unit, and one for each further 5 ms of a core: about as much as a drawing takes."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

COUNTED = "mnistsite.is_counted"
"""What RateLimitMiddleware notes in a request's ASGI scope."""

BROWSER_SHARE = 2
"""A browser, or an account, may use half of what an address may: several people can share an address."""


class RateLimitMiddleware:
    """Refuses clients that ask too often or for too much, and tells those of the API what they may still do.

    Headers: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        getattr(request, "scope", {})[COUNTED] = True
        use = Use.of(clients_of(request))
        if not use.allowances:
            return self._get_response(request)
        if wait_s := use.retry_after_s:
            response = refusal_response(request, TOO_MANY_REQUESTS, retry_after_s=wait_s)
        else:
            started = cpu_time.used_s()
            response = self._get_response(request)
            use.add_cpu_time(cpu_time.used_s() - started)
        if is_of_api(request.path):
            for name, value in use.headers.items():
                response.headers[name] = value
        return response


class Use:
    """What a request uses of the limits of its clients."""

    def __init__(self) -> None:
        self.allowances: dict[tuple[str, int], Allowance] = {}
        """Of each client and its limit, after what was used."""
        self._unpaid_s = -UNIT_CPU_S  # The first unit pays for so much.

    @classmethod
    def of(cls, clients: Iterable[tuple[str, int]]) -> "Use":
        """One unit of each client, up to the first that has none left."""
        use = cls()
        for client, limit in clients:
            allowance = use.allowances[client, limit] = spend(client, limit)
            if allowance.retry_after_s:
                break
        return use

    @property
    def retry_after_s(self) -> int:
        """Seconds until the request would be allowed; 0 if it is."""
        return max((each.retry_after_s for each in self.allowances.values()), default=0)

    @property
    def headers(self) -> dict[str, str]:
        """Of the response, about the client that has the least left."""
        if not self.allowances:
            return {}
        (_, limit), least = min(self.allowances.items(), key=lambda each: each[1].remaining)
        return allowance_headers(limit, least)

    def add_cpu_time(self, seconds: float) -> None:
        """Use further units if the request has taken longer than those that are used pay for."""
        self._unpaid_s += seconds
        if self._unpaid_s > 0:
            units, self._unpaid_s = self._unpaid_s / UNIT_CPU_S, 0.0
            for client, limit in self.allowances:
                self.allowances[client, limit] = spend(client, limit, units, even_if_refused=True)


def allowance_headers(limit: int, allowance: Allowance) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"default";q={limit};w={WINDOW_S}',
        "RateLimit": f'"default";r={allowance.remaining};t={allowance.reset_s}',
    }


def clients_of(request: HttpRequest) -> Iterator[tuple[str, int]]:
    """The address, the browser and the account that a request counts for, each with its limit.

    The account is last, because only that needs the database.
    """
    limit = settings.RATE_LIMIT
    if not limit:
        return
    share = max(1, limit // BROWSER_SHARE)
    if address := client_address(request):
        yield f"address {address}", limit
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if cookie := request.COOKIES.get(settings.VISITOR_COOKIE_NAME) or session:
        yield f"browser {cookie}", share
    if session and request.user.is_authenticated:
        yield f"account {request.user.pk}", share


def spend(client: str, limit: int, units: float = 1, *, even_if_refused: bool = False) -> Allowance:
    return limiter.spend(client, units, limit=limit, window_s=WINDOW_S, even_if_refused=even_if_refused)


def client_address(request: HttpRequest) -> str:
    """The address that a request comes from; empty if it is not known."""
    return address_behind(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def address_behind(peer: str, forwarded: str) -> str:
    """The address of a client, or the network of an IPv6 address; empty if it is not known.

    peer: the connection's other end. forwarded: X-Forwarded-For. That counts only from a proxy that the
    settings name, and from its end to the first address that is no such proxy's: the rest may be the client's
    invention.
    """
    proxies = tuple(settings.PROXIES)
    return _address_behind(peer, forwarded if proxies else "", proxies, settings.BEHIND_HTTPS)


@lru_cache(maxsize=1024)
def _address_behind(peer: str, forwarded: str, proxies: tuple[Network, ...], is_behind_https: bool) -> str:
    hops = forwarded.split(",") if proxies else []
    for hop in [peer, *reversed(hops)]:
        try:
            address = ipaddress.ip_address(hop.strip())
        except ValueError:
            return ""
        address = getattr(address, "ipv4_mapped", None) or address
        if not any(address in network for network in proxies):
            break
    else:
        return ""
    if is_behind_https and not proxies:
        return ""  # The proxy's, and so everybody's.
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def used_share(address: str) -> float:
    """How much of its limit an address has used: from 0, which also counts where there is no limit, to 1."""
    if not settings.RATE_LIMIT or not address:
        return 0.0
    return 1 - spend(f"address {address}", settings.RATE_LIMIT, 0).remaining / settings.RATE_LIMIT


def count(address: str) -> None:
    """Count a request that another middleware has answered."""
    if settings.RATE_LIMIT and address:
        spend(f"address {address}", settings.RATE_LIMIT, even_if_refused=True)


def tell_allowance_of(address: str, response: HttpResponseBase) -> None:
    """Set the headers of a response that RateLimitMiddleware has not seen."""
    if settings.RATE_LIMIT and address:
        allowance = spend(f"address {address}", settings.RATE_LIMIT, 0)
        for name, value in allowance_headers(settings.RATE_LIMIT, allowance).items():
            response.headers[name] = value
