"""Recordings to files."""
