"""The request: decode, preprocess, recognise, answer; the drawing page and its API."""
