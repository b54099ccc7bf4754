"""FastAPI and ONNX Runtime, in the packages of fastapi_onnx.txt: the same network, and nothing is stored.

    python fastapi_onnx.py network.npz network.onnx

writes the network that uvicorn then serves, and compares its logits with MXNet's.
"""

import base64
import os
import sys
from io import BytesIO
from typing import Annotated

import numpy as np
import onnxruntime
from fastapi import Body, FastAPI
from PIL import Image

MOST_DIFFERENCE = 1e-4


def session(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


# Not in a thread: with one core, that only costs.
async def identify(data: Annotated[str, Body(embed=True)]) -> dict[str, int]:
    """The digit in a drawing of dark ink on white."""
    content = base64.b64decode(data.partition(",")[2])
    small = Image.open(BytesIO(content)).convert("L").resize((28, 28))
    network_input = 1 - np.asarray(small, np.float32).reshape(1, 1, 28, 28) / 255
    (logits,) = network.run(None, {"input": network_input})
    return {"predict": int(logits.argmax())}


def write_network(source: str, target: str) -> None:
    """LeNet from its parameters in an .npz, which also has inputs and MXNet's logits for them."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    arrays = np.load(source)
    kernel: dict[str, object] = {"kernel_shape": (5, 5)}
    layers: list[tuple[str, tuple[str, ...], dict[str, object]]] = [
        ("Conv", ("0.weight", "0.bias"), kernel),
        ("Tanh", (), {}),
        ("MaxPool", (), {"kernel_shape": (2, 2), "strides": (2, 2)}),
        ("Conv", ("2.weight", "2.bias"), kernel),
        ("Tanh", (), {}),
        ("MaxPool", (), {"kernel_shape": (2, 2), "strides": (2, 2)}),
        ("Flatten", (), {}),
        ("Gemm", ("5.weight", "5.bias"), {"transB": 1}),
        ("Tanh", (), {}),
        ("Gemm", ("6.weight", "6.bias"), {"transB": 1}),
    ]
    names = ["input", *(f"layer {i}" for i in range(1, len(layers))), "logits"]
    graph = helper.make_graph(
        [
            helper.make_node(kind, (names[i], *parameters), (names[i + 1],), **attributes)
            for i, (kind, parameters, attributes) in enumerate(layers)
        ],
        "LeNet",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ("n", 1, 28, 28))],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ("n", 10))],
        [numpy_helper.from_array(arrays[name], name) for _, names, _ in layers for name in names],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), target)
    (logits,) = session(target).run(None, {"input": arrays["inputs"]})
    difference = float(np.abs(logits - arrays["logits"]).max())
    if not difference <= MOST_DIFFERENCE:
        sys.exit(f"ONNX Runtime's logits differ from MXNet's by {difference}.")


if __name__ == "__main__":
    write_network(*sys.argv[1:])
else:
    network = session(os.environ["NETWORK"])
    application = FastAPI()
    application.add_api_route("/api/mnist/identify", identify, methods=["POST"])
