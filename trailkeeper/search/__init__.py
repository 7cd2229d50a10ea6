"""One question about what happened, four places that know: history, logs, athena, files."""
