"""Django's PostgreSQL engine with a cheaper look at whether a kept connection lives, statements kept ready, and moments
read more quickly; nothing else differs.
"""
