"""Augmentation of the training data: varied images and strokes, and non-digits."""
