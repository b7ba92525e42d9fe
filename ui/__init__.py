"""What users and programs touch: command line, HTTP API, page."""
