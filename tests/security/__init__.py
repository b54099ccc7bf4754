"""Tests of what docs/security.md promises, with a hostile client and a site that runs."""
