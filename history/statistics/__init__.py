"""What is counted of each day's drawings, and what the dashboard shows of it."""
