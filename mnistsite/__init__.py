"""The site: settings, routes and the processes that serve it."""

__version__ = "0.1.0"
