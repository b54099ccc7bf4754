"""Daily counts of drawings and labels, and the dashboard's metrics and plots."""
