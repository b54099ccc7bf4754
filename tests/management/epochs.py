"""An epoch of a training, and what was learned from in it."""

from collections.abc import Iterable, Iterator, Sequence

from management.progress import Item
from management.training.fitting import Fitting
from management.training.lessons import Minibatch


def run_epoch(fitting: Fitting) -> list[Minibatch]:
    """Run the next epoch; its minibatches, in their order."""
    seen: list[Minibatch] = []

    def progress(items: Iterable[Item], *, total: int | None, description: str) -> Iterator[Item]:
        for item in items:
            assert isinstance(item, Minibatch)
            seen.append(item)
            yield item

    fitting.run_epoch(progress=progress)
    return seen


def order(minibatches: Sequence[Minibatch]) -> list[float]:
    """The ink of each field, which tells which one it is."""
    return [float(field.sum()) for minibatch in minibatches for field in minibatch.fields]
