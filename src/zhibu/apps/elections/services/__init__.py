"""Every write of elections."""
