"""Errors that commands turn into a message instead of a traceback."""


class TrainingError(Exception):
    """An operator can correct this: the message names the cause and the place."""


class UnusableDataset(TrainingError):
    """A dataset is missing or damaged, or has no labels. The message names the file and the fault."""
