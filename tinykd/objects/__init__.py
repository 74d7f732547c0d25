"""From a detector's heat maps to objects, and how good these are."""
