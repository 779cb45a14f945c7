"""What this app asks for; the meanings stand in accounts/params/roles.yaml."""

SEND = "messages.send"
SETTINGS = "settings.messages"
