"""Entries of the menu that are not screens."""

from zhibu.kernel.ui.nav import SEARCH, NavItem, register

register(NavItem(SEARCH, "找人", "search", "magnifying-glass", ("people.view",), order=2, tab="找人"))
register(NavItem("人员", "到龄退休", "people-retiring", "sun", ("people.edit.work",), 26))
register(NavItem("人员", "查重", "people-duplicates", "document-duplicate", ("people.merge",), 25))
