"""Remit: the support desk that keeps the policy you publish."""
