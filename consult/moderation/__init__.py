"""Reports, removals, withdrawals and corrections."""
