"""What the log makes of requests that were refused as they came. What people are told of them is `middleware`'s."""

import logging


class AsWarning(logging.Filter):
    """Logs as a warning, on one line, what Django calls an error though nothing of ours failed: a form of too many
    fields, or one too large. It never drops a record.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Make a warning without a traceback of it."""
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.exc_info = record.exc_text = None
        return True
