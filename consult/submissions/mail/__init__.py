"""Mails, from files or from a mailbox, taken in as submissions."""
