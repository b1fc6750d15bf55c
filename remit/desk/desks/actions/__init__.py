"""Changes of a desk's own state."""
