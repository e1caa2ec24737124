"""What each command leads to, split by topic; `issuance.cases.decide` is the one door."""
