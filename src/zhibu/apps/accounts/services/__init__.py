"""Every write of this app: accounts, slips of first passwords, roles, assignments, signing in and out."""
