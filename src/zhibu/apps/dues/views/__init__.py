"""Pages that no list is: the board, a branch's month, the books, one's own dues, and where providers knock."""
