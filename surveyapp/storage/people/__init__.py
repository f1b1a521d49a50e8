"""Accounts, roles, sessions, proofs of identity, contacts."""
