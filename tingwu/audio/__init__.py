"""Media in: what a file holds, and its sound as PCM blocks."""
