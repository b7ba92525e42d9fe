"""tingwu: recordings become transcripts, notes, subtitles and answers on the user's own machine."""
