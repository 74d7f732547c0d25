"""What people see, on a terminal or in a notebook: progress, tables, verdicts. Nothing is computed here."""
