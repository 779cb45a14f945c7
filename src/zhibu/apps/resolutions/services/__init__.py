"""Every write of resolutions."""
