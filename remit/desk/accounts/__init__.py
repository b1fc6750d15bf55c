"""People: users who sign in, customers and their contacts, agents in teams, tokens of programs, and who somebody is
at a desk. What a customer has bought lives in `entitlements`.
"""
