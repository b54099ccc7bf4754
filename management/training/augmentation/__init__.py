"""More to learn from than there are drawings: varied images and strokes, and drawings that are no digit."""
