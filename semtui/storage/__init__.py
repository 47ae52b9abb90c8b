"""Files in which readings are kept."""
