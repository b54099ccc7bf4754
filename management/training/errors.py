"""The error that commands turn into a message instead of a traceback."""


class TrainingError(Exception):
    """An operator can put this right: the message names the cause and the place."""
