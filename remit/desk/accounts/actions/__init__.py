"""Changes of who is known at a desk."""
