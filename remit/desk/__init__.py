"""The Django side: records, actions, pages and the worker. Each folder in here is a room; imports point down
only (docs/decisions). What follows from facts alone is decided in `remit.policy`, never here.
"""
