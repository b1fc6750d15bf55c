"""The ways in and out of a desk. No channel knows another, and none has rules of its own."""
