"""Stored policy versions, their publication, the ledger of decisions, and who supplies which fact."""
