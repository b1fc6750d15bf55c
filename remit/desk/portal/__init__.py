"""What customers see: the doors of the desks, their policy, their requests. Reads through what a viewer may see and
calls one action for each change; writes nothing itself."""
