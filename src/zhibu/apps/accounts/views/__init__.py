"""Pages that are not declared screens: signing in, one's own access, slips of first passwords, the access review."""
