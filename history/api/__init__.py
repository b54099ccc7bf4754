"""The history in the API, at /api/v1/recognitions."""
