"""Entries of the menu that are not screens."""

from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("人员", "查重", "people-duplicates", "document-duplicate", ("people.merge",), 25))
