"""Clients of visitors."""

from django.conf import settings
from django.test import Client

from history.visitors import signer


def with_visitor(client: Client, visitor: str) -> Client:
    """A client, given the cookie of a visitor."""
    client.cookies[settings.VISITOR_COOKIE_NAME] = signer().sign(visitor)
    return client


def with_visitor_of_an_earlier_version(client: Client, visitor: str) -> Client:
    """A client, given a session that has the visitor."""
    session = client.session
    session["visitor"] = visitor
    session.save()
    return client
