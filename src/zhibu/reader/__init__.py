"""`zhibu reader`: the agent beside a PC/SC reader. Neither Django nor a database of the platform; see README.md here."""
