"""The records of recognitions: storage, permissions, pages, statistics and exports."""
