"""CSV out of the history, for spreadsheets and programs."""
