"""Pages that are no lists: one's own meetings, the code that is scanned, the door, the wall, the calendar, papers."""
