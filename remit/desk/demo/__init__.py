"""The demo: five desks with people, holdings and a history, made by the real actions under a simulated clock.

What lives here: who they are and what happened. What does not: any rule, any row written past the actions that
customers' and agents' own pages call. No other room knows this one.
"""
