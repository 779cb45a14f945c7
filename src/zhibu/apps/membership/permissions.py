"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "membership.view"
CONTACT = "membership.contact"
MANAGE = "membership.manage"
STATUS = "membership.status"
DISCIPLINE = "membership.discipline"
