/** What the server answers about a clear seven. */
export function answerBody() {
  const seen = btoa(String.fromCharCode(...new Uint8Array(784)));
  return {
    predict: 7,
    id: "7f3a1f0e-0000-11f0-8000-000000000000",
    stored: true,
    queued: false,
    model: "lenet-test",
    probabilities: [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.91, 0.01, 0.01],
    digits: [{ digit: 7, probability: 0.91, box: { x: 1, y: 2, width: 3, height: 4 }, seen }],
    latency_ms: 1.9,
  };
}
