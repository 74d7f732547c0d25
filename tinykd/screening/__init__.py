"""What is wrong with data and teacher, found in seconds, before anything is trained."""
