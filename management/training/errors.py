"""What commands turn into a message instead of a traceback."""


class TrainingError(Exception):
    """Something that an operator can put right. The message says what, and where."""
