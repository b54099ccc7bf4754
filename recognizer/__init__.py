"""Recognising a drawing: decode, preprocess, classify, respond; the drawing page and its API."""
