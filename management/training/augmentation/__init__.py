"""More to learn from than the drawings themselves: varied images and strokes, and non-digits."""
