"""The bench: speech engines scored and timed on recordings whose words are known."""
