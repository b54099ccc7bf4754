"""Clients of users with permissions for the history, or without."""

from django.contrib.auth.models import Permission, User
from django.test import Client

ALL = ("view", "change", "delete")


def staff_client(*permissions: str, name: str = "anna", is_staff: bool = True) -> Client:
    """A client with a logged-in user who has these permissions of ALL."""
    user = User.objects.create_user(name, is_staff=is_staff)
    names = [f"{permission}_historyrecord" for permission in permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    assert user.user_permissions.count() == len(permissions)
    client = Client()
    client.force_login(user)
    return client
