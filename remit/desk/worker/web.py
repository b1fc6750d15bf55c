"""granian, as a child of the family: one process that serves pages and nothing above it. What granian's own parent
does (start again what died, pass on the wish to stop), the family's parent does already.
"""

from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


class WebServer(Server):  # type: ignore[misc]  # granian's server says its types only in part
    """Serves a WSGI application at an address. Made once, before forking; each process that runs it listens for itself,
    and the kernel shares out who connects.
    """

    def __init__(
        self, application: Callable[..., Any], address: str, port: int, *, processes: int, threads: int
    ) -> None:
        super().__init__(
            "",  # what granian would import; the application is here already
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=threads,
            log_level=LogLevels.warning,
        )
        self._application = application
        self._init_shared_socket()

    def run(self) -> None:
        """Serve in this process until SIGTERM; what was asked before that is still answered."""
        self.serve(target_loader=lambda: self._application, wrap_loader=False)

    def _serve(self, spawn_target: Any, target_loader: Any) -> None:
        # Makes the process as granian would, and does its work here instead of starting it.
        self._spawn_worker(0, spawn_target, target_loader).inner.run()
