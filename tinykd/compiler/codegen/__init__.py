"""A program as C text, and the hand-written sources that go with it."""
