"""Style sheets, scripts and fonts as they are served: gathered in one folder, compressed, under names that
hold the digest of their contents, so that browsers keep them for good. Gathered anew at a start after they
changed.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

FINGERPRINT = "fingerprint"


class GatheredFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise comes without types
    """Names with digests where the files were gathered; plain names before that, as in tests."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """Return the name with its digest, or the plain one where nothing was gathered."""
        if content is None and not self.hashed_files:
            return name
        hashed: str = super().hashed_name(name, content, filename)
        return hashed


def gather() -> None:
    """Gather anew if anything changed since the last time. Before pages are served: a process that has served one knows
    the names as they were.
    """
    file = Path(settings.STATIC_ROOT) / FINGERPRINT
    current = _fingerprint()
    if not file.exists() or file.read_text(encoding="utf-8") != current:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        file.write_text(current, encoding="utf-8")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
