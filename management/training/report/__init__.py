"""What a training and an evaluation leave for people: the model card, text and plots."""
