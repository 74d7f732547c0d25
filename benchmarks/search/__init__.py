"""What `tinykd search` finds on four sets, held against the default student of each."""
