"""The JSON interface, version 1. It calls the same actions as the pages."""
