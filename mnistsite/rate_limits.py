"""Rate limits for clients: addresses, browsers and accounts."""

import ipaddress
from collections.abc import Callable, Iterator

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
        clients, allowances = {}, []
        for client, limit in clients_of(request):
            clients[client] = limit
            allowances.append(spend(client, limit))
            if allowances[-1].retry_after_s:
                break
        if not clients:
            return self._get_response(request)
        if wait_s := allowances[-1].retry_after_s:
            response = refusal_response(request, TOO_MANY_REQUESTS, retry_after_s=wait_s)
        else:
            started = cpu_time.used_s()
            response = self._get_response(request)
            further = (cpu_time.used_s() - started) / UNIT_CPU_S - 1
            if further > 0:
                allowances = [
                    spend(client, limit, further, even_if_refused=True) for client, limit in clients.items()
                ]
        if is_of_api(request.path):
            limit, least = min(
                zip(clients.values(), allowances, strict=True), key=lambda each: each[1].remaining
            )
            tell(response, limit, least)
        return response


def tell(response: HttpResponseBase, limit: int, allowance: Allowance) -> None:
    """Set the headers of a response of the API."""
    response.headers["RateLimit-Policy"] = f'"default";q={limit};w={WINDOW_S}'
    response.headers["RateLimit"] = f'"default";r={allowance.remaining};t={allowance.reset_s}'


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
    hops = forwarded.split(",") if settings.PROXIES else []
    for hop in [peer, *reversed(hops)]:
        try:
            address = ipaddress.ip_address(hop.strip())
        except ValueError:
            return ""
        address = getattr(address, "ipv4_mapped", None) or address
        if not any(address in network for network in settings.PROXIES):
            break
    else:
        return ""
    if settings.BEHIND_HTTPS and not settings.PROXIES:
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
        tell(response, settings.RATE_LIMIT, spend(f"address {address}", settings.RATE_LIMIT, 0))
