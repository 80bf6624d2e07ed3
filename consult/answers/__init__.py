"""Dispositions with reasons, linked edits, publishing, fates and the register."""
