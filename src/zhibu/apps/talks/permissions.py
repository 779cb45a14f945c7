"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "talks.view"
RECORD = "talks.record"
