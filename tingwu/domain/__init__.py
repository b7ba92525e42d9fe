"""The nouns of tingwu. Pure Python: read this first."""
