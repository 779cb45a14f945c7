"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "cards.view"
MANAGE = "cards.manage"
ISSUE = "cards.issue"
IDENTIFY = "cards.identify"
ASSIST = "cards.assist"
LOG = "cards.log"
