"""Replies: answers and their revisions, submissions and receipts, assignments and proposals."""
