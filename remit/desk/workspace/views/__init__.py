"""The workspace's views: each fetches what the agent may see, reads a form, calls one action, and answers."""
