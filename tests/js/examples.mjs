/** What the server answers about a clear seven. */
export function answerBody() {
  const seen = btoa(String.fromCharCode(...new Uint8Array(784)));
  const probabilities = [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.91, 0.01, 0.01];
  return {
    predict: 7,
    text: "7",
    accepted: true,
    score: 9.5,
    id: "7f3a1f0e-0000-11f0-8000-000000000000",
    page_url: "/history/7f3a1f0e-0000-11f0-8000-000000000000/",
    label_url: "/api/v1/recognitions/7f3a1f0e-0000-11f0-8000-000000000000/label",
    stored: true,
    queued: false,
    model: "lenet-test",
    probabilities,
    digits: [{ digit: 7, probability: 0.91, probabilities, box: { x: 1, y: 2, width: 3, height: 4 }, seen }],
    latency_ms: 1.9,
  };
}

/** What the server answers about the inside of the network. */
export function inspectionBody() {
  const array = (...shape) => ({
    shape,
    range: [-1, 1],
    values: btoa("\x80".repeat(shape.reduce((product, side) => product * side))),
  });
  return {
    text: "7",
    index: 0,
    digit: 7,
    accepted: true,
    probabilities: answerBody().probabilities,
    logits: [0, 0, 0, 0, 0, 0, 0, 9, 0, 0],
    model: "lenet-test",
    seen: array(28, 28),
    importance: array(28, 28),
    layers: {
      first_convolution: array(20, 24, 24),
      first_pool: array(20, 12, 12),
      second_convolution: array(50, 8, 8),
      second_pool: array(50, 4, 4),
      hidden: array(500),
    },
  };
}
