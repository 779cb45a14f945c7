"""Every write of talks."""
