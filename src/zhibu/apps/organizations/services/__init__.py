"""Every write of this app: the tree (create, edit, move, reorder), closing, covers, terms, import."""
