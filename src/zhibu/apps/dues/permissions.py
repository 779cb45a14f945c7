"""Permissions of this app; labels and roles stand in accounts/params/roles.yaml."""

VIEW = "dues.view"
RECORD = "dues.record"
BASE = "dues.base"
ASSESS = "dues.assess"
APPROVE = "dues.approve"
MONEY = "dues.money"
BOOKS = "dues.books"
