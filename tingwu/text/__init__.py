"""Words to notes that prove themselves."""
