"""Permissions to see, label, share and delete records."""

from dataclasses import dataclass

from history.records import Summary


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request. Visitors see their own drawings; staff see all, with the permission."""

    visitor: str = ""
    name: str = ""
    """The user name of a logged-in member of staff."""
    views_all: bool = False
    changes_all: bool = False
    deletes_all: bool = False

    def may_see(self, summary: Summary) -> bool:
        return self.views_all or self.drew(summary)

    def may_label(self, summary: Summary) -> bool:
        return self.drew(summary) or (self.views_all and self.changes_all)

    def may_share(self, summary: Summary) -> bool:
        return self.may_label(summary)

    def may_delete(self, summary: Summary) -> bool:
        return self.drew(summary) or (self.views_all and self.deletes_all)

    def drew(self, summary: Summary) -> bool:
        return bool(self.visitor and summary.visitor == self.visitor)
