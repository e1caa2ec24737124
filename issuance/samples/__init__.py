"""Invented people and their files, made on the spot for the demonstration and the self-test."""
