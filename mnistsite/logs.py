"""What the log leaves out."""

import logging


class Refusals(logging.Filter):
    """Takes the traceback from a refused request, such as one for an unknown host: anyone can send many."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
