"""Stages joined into work: takes Settings, calls tingwu, knows nothing of users."""
