"""Parse, check and explain what is typed about people: pure functions, called at every key."""
