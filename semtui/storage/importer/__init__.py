"""Taking in readings that were logged elsewhere: by the 2016 script, or by another semtui."""
