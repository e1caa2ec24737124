"""What people ask of a case, split by topic; every body names its `kind`."""
