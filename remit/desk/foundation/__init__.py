"""What every room stands on: the clock, errors, events, timers, the outbox, text cleaning, middleware, health. A thing
lives here only when two rooms need it; it knows no noun of support beyond the desk a row belongs to.
"""
