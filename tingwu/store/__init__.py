"""Keeping recordings."""
