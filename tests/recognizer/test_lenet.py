from dataclasses import astuple
from pathlib import Path

import mxnet as mx
import numpy as np
import pytest

from recognizer import lenet


def inputs(count: int) -> np.ndarray:
    return np.random.default_rng(count).random((count, 28, 28), np.float32)


def test_the_network_has_the_parameters_it_is_known_for() -> None:
    layers = [
        sum(int(np.prod(parameter.shape)) for parameter in layer.collect_params().values())
        for layer in lenet.build()
    ]
    assert [count for count in layers if count] == [520, 25_050, 400_500, 5_010]
    assert sum(layers) == 431_080


def test_a_seed_decides_the_first_parameters(tmp_path: Path) -> None:
    contents = []
    for i, seed in enumerate((1, 1, 2)):
        path = tmp_path / f"{i}.params"
        lenet.initialize(seed=seed, context=mx.cpu()).save_parameters(str(path))
        contents.append(path.read_bytes())
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize("count", [1, 3, 8, 32])
def test_a_padded_minibatch_gives_the_logits_of_each_input_alone(count: int) -> None:
    built = lenet.initialize(seed=1, context=mx.cpu())
    forward = lenet.Forward(built)
    alone = [built(mx.nd.array(each[np.newaxis, np.newaxis])).asnumpy()[0] for each in inputs(count)]
    np.testing.assert_allclose(forward.logits(inputs(count)), alone, atol=1e-5)


def test_saved_parameters_are_loaded(tmp_path: Path) -> None:
    built = lenet.initialize(seed=1, context=mx.cpu())
    built.save_parameters(str(tmp_path / "lenet.params"))
    loaded = lenet.load(tmp_path / "lenet.params")
    batch = mx.nd.array(inputs(2)[:, np.newaxis])
    np.testing.assert_array_equal(loaded(batch).asnumpy(), built(batch).asnumpy())


def test_a_missing_file_of_parameters_is_an_os_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"lenet\.params"):
        lenet.load(tmp_path / "lenet.params")


@pytest.mark.parametrize("content", [b"", b"not parameters", bytes(1_724_792)])
def test_a_file_of_something_else_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lenet.params"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"lenet\.params does not hold the parameters of this LeNet"):
        lenet.load(path)


def test_the_layers_of_an_input_have_their_shapes_and_end_in_its_logits() -> None:
    forward, (network_input,) = lenet.Forward(lenet.initialize(seed=1, context=mx.cpu())), inputs(1)
    layers = forward.layers(network_input)
    assert [values.shape for values in astuple(layers)] == [
        (20, 24, 24), (20, 12, 12), (50, 8, 8), (50, 4, 4), (500,), (10,)
    ]  # fmt: skip
    np.testing.assert_allclose(layers.logits, forward.logits(inputs(1))[0], atol=1e-5)


def test_a_pool_keeps_the_largest_of_each_two_by_two() -> None:
    layers = lenet.Forward(lenet.initialize(seed=1, context=mx.cpu())).layers(inputs(1)[0])
    largest = layers.first_convolution.reshape(20, 12, 2, 12, 2).max(axis=(2, 4))
    np.testing.assert_array_equal(layers.first_pool, largest)
