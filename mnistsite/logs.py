"""What the log leaves out."""

import logging
import re

SHARE_TOKEN = re.compile(r"(/shared/)[\w.-]+")
"""In a path: anyone who has it sees the drawing."""


class Discretion(logging.Filter):
    """Takes the tokens of links from a record, and the traceback of a refused request.

    Anyone can send requests that are refused, such as those for an unknown host, and many of them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        message = record.getMessage()
        if "/shared/" in message:
            record.msg, record.args = SHARE_TOKEN.sub(r"\1…", message), None
        return True
