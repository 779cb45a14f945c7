"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

#: see rolls, votes and their results
VIEW = "voting.view"
#: freeze rolls, open votes, announce results
MANAGE = "voting.manage"
#: enter what was counted
COUNT = "voting.count"
