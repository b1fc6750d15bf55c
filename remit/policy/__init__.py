"""The pure core: what follows from a policy, some facts and an instant. Nothing in here reads a clock, a
file, the network or a database; every function is determined by its arguments.
"""
