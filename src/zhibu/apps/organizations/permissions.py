"""The permissions of this app, as plain strings (their labels stand with the roles in `accounts`)."""

VIEW = "organizations.view"
EDIT = "organizations.edit"
RESTRUCTURE = "organizations.restructure"
IMPORT = "organizations.import"
