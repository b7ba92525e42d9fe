"""Model files: a catalogue of names, hashes, licences and sources."""
