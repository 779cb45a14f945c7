"""The demonstration: a believable organisation from a seeded generator, written in one transaction."""
