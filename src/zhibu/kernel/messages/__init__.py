"""What the platform tells people: in the site, by e-mail, by SMS, in an enterprise chat, or by telephone from a printed list."""
