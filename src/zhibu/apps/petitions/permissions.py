"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "petitions.view"
ASK = "petitions.ask"
ANSWER = "petitions.answer"
