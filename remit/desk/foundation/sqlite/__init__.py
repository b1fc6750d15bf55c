"""Django's SQLite engine with a quicker reading of moments; nothing else differs."""
