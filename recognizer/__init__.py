"""Recognising a drawing: decode, preprocess, classify, answer; the drawing page and its API."""
