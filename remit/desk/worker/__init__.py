"""The loop that does what is due and sends what is to be sent, and the commands that run the house. What a due moment
means is decided by the room that registered it.
"""
