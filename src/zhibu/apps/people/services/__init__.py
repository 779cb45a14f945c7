"""Every write to a person. Each function does one act inside the caller's transaction and writes its audit line."""
