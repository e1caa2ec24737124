"""The one door to everything an office does: commands in, receipts out; queries in, answers out."""
