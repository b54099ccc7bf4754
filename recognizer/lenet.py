"""LeNet in Gluon: its structure, and its parameters on disk.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE 86(11), 1998, in the form that Caffe and MXNet made common: 431,080 parameters.

MXNet is retired upstream. Only this module and the training loop import it. All that serves imports this
module late, because it takes a second or two to load MXNet, and most commands do not need it.
"""

import os

# More OpenMP threads than idle cores turn a forward pass of 0.2 ms into one of 80 ms, and MXNet reads this
# once, when it is imported. An operator's own value stands.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path

import mxnet as mx
import numpy as np
from mxnet.gluon import nn

from mnistsite.types import DIGITS, INPUT_SIZE
from recognizer.outputs import MAX_MINIBATCH, Layers

PREFIX = "LeNet_"


def build(*, share_parameters_with: nn.HybridSequential | None = None) -> nn.HybridSequential:
    """The network without values: (n, 1, 28, 28) float32 in [0, 1] to (n, 10) logits."""
    shared = share_parameters_with and share_parameters_with.collect_params()
    network = nn.HybridSequential(prefix=PREFIX, params=shared)
    with network.name_scope():
        network.add(
            nn.Conv2D(20, kernel_size=5, in_channels=1, activation="tanh"),  # (n, 20, 24, 24)
            nn.MaxPool2D(pool_size=2, strides=2),  # (n, 20, 12, 12)
            nn.Conv2D(50, kernel_size=5, in_channels=20, activation="tanh"),  # (n, 50, 8, 8)
            nn.MaxPool2D(pool_size=2, strides=2),  # (n, 50, 4, 4)
            nn.Flatten(),  # (n, 800)
            nn.Dense(500, in_units=800, activation="tanh"),
            nn.Dense(DIGITS, in_units=500),
        )
    return network


def initialize(*, seed: int, context: mx.Context) -> nn.HybridSequential:
    """A fresh network with Xavier parameters (Glorot and Bengio 2010), the same for the same seed."""
    mx.random.seed(seed)
    network = build()
    network.initialize(mx.init.Xavier(), ctx=context)
    return network


def load(path: Path, *, context: mx.Context | None = None) -> nn.HybridSequential:
    """The network with the parameters in a file.

    Raises OSError when the file cannot be read and ValueError when it holds no parameters of this network.
    """
    path.stat()  # MXNet's own error for a missing file does not name it clearly.
    network = build()
    try:
        network.load_parameters(str(path), ctx=context or mx.cpu())
    except (mx.MXNetError, AssertionError, KeyError, ValueError) as error:
        raise ValueError(f"{path} does not hold the parameters of this LeNet: {error}") from error
    return network


def best_context() -> mx.Context:
    """The first GPU when MXNet sees one, the CPU otherwise."""
    return mx.gpu() if mx.context.num_gpus() else mx.cpu()


class PlannedPass:
    """A forward pass over minibatches of one size, which reads its inputs where NumPy writes them.

    It calls the block's operator itself: the block would spend as long on checking its inputs and parameters
    as the operator takes for one input.
    """

    def __init__(self, network: nn.HybridSequential, size: int) -> None:
        self._inputs = np.zeros((size, 1, INPUT_SIZE, INPUT_SIZE), np.float32)
        # Of a view: MXNet forbids NumPy to write to what it is given.
        shared = mx.nd.from_numpy(self._inputs[...], zero_copy=True)
        block = build(share_parameters_with=network)
        block.hybridize(static_alloc=True, static_shape=True)
        block(shared).wait_to_read()  # The first pass plans.
        self._operator = block._cached_op  # noqa: SLF001 -- there is no other way to it
        self._arguments = [
            shared if is_input else parameter.data()
            for is_input, parameter in block._cached_op_args  # noqa: SLF001 -- likewise
        ]

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        self._inputs[: len(inputs), 0] = inputs
        logits: np.ndarray = self._operator(*self._arguments).asnumpy()
        return logits[: len(inputs)]


class Forward:
    """A forward pass over minibatches of a few fixed sizes, with its memory planned once for each.

    A statically planned block plans again whenever the size of its minibatch changes, which costs more than
    the pass itself for small ones. So there is one pass for each size, all of them sharing their parameters,
    and a minibatch is padded to the next size up. Not thread-safe: one thread owns it.
    """

    SIZES = (1, 2, 4, 8, 16, MAX_MINIBATCH)

    def __init__(self, network: nn.HybridSequential) -> None:
        self._network = network
        self._passes = {size: PlannedPass(network, size) for size in self.SIZES}

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """(n, 28, 28) float32 in [0, 1], 1 <= n <= 32, to (n, 10) float32 logits."""
        size = next(size for size in self.SIZES if size >= len(inputs))
        return self._passes[size].logits(inputs)

    def layers(self, network_input: np.ndarray) -> Layers:
        """The output of each layer for one input, (28, 28) float32 in [0, 1].

        Layer by layer, so nothing is planned: some 1 ms, where the logits of one input take 0.2 ms.
        """
        output, outputs = mx.nd.array(network_input[np.newaxis, np.newaxis]), []
        for layer in self._network:
            output = layer(output)
            if not isinstance(layer, nn.Flatten):
                outputs.append(output.asnumpy()[0])
        return Layers(*outputs)
