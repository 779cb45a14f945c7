"""Every write of rolls and votes."""
