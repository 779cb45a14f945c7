"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "transfers.view"
ASK = "transfers.ask"
ISSUE = "transfers.issue"
RECEIVE = "transfers.receive"
FLOATING = "transfers.floating"
CONTACT = "transfers.contact"
