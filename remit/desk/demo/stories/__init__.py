"""What happened at each of the five desks: one module a desk, with its people, what they hold and their stories."""
