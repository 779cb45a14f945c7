"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "development.view"
PAPERS = "development.papers"
MANAGE = "development.manage"
APPROVE = "development.approve"
OVERRIDE = "development.override"
PLAN = "development.plan"
SETTINGS = "development.settings"
