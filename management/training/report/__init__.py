"""The results of a training and of an evaluation for people: model card, text and plots."""
