"""Every write of cards."""
