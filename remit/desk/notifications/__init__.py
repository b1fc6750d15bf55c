"""Who is told what, in which words: turns outbox rows into letters. Sending them belongs to the channels."""
