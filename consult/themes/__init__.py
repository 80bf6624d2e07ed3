"""What comments are about: analysis runs, sign-off, campaigns, splitting into points."""
