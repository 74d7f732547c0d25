"""Sentences with labels: tables, lines of JSON, folders of text files, or a function of the user's."""
