"""The portal's views: each fetches what the viewer may see, reads a form, calls one action, and answers."""
