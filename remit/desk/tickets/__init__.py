"""Tickets and messages: intake, conversation, clocks, queue, and the timers that act on them."""
