"""The desk itself: its name, zone, brand, ticket numbers and closures. Who works and asks there lives in `accounts`."""
