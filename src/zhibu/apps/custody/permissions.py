"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "custody.view"
MANAGE = "custody.manage"
SERVE = "custody.serve"
ALLOWANCE = "custody.allowance"
