"""What a user of Python calls: the names of ``tinykd`` itself. The command line's verbs call the same."""
