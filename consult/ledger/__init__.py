"""The append-only record that commits to every comment. Knows no subject."""
