"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "elections.view"
MANAGE = "elections.manage"
APPOINT = "elections.appoint"
