"""The bench: engines of speech and of speakers, scored and timed on recordings whose answers are known."""
