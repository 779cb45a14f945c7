"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "compliance.view"
MANAGE = "compliance.manage"
