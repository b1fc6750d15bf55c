"""Measurements: each module prints its figures against the bars; `python -m bench` runs them all."""
