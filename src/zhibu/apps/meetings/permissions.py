"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "meetings.view"
MANAGE = "meetings.manage"
