"""Other help desks, installed from the package registry into a folder of their own and measured beside ours.

Nothing of them is imported, copied or shipped; each runs as its own process and is spoken to over HTTP.
"""
