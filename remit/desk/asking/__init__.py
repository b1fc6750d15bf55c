"""The request form, whoever fills it in: its questions by the policy, the dry run, what was sent. Reads only."""
