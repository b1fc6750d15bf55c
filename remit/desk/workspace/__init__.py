"""What agents and leads see: the queue, tickets, what is theirs to decide, the policy with its margin. Reads through
what a viewer may see and calls one action for each change; writes nothing itself."""
