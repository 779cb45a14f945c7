"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "resolutions.view"
MANAGE = "resolutions.manage"
