"""Mail going out by SMTP (console by default)."""
