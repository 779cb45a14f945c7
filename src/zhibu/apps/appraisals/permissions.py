"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "appraisals.view"
MANAGE = "appraisals.manage"
CONFIRM = "appraisals.confirm"
