"""What people send: submissions, comments, points, threads and receipts."""
