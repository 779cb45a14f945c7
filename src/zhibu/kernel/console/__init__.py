"""The back office, declared: a `Screen` per model gives list, filters, sorting, record, history and export."""

from zhibu.kernel.console.declare import Column, Screen, all_screens, register, screen

__all__ = ["Column", "Screen", "all_screens", "register", "screen"]
