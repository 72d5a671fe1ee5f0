"""Let the server have as many files open as a class needs.

Streamlit 1.67 gives each session an event loop, which takes three files, and a connection; it keeps
the event loops of up to 128 sessions for two minutes after they disconnect. macOS lets a process
open 256 files by default and most Linux systems 1,024, both fewer than 120 sessions need.
"""

import sys
from functools import cache

NEEDED = 4096
"""Enough for 500 sessions and the files of runs."""


@cache
def raise_limit() -> None:
    """Raise this process's limit of open files to `NEEDED`, or as far as the system allows.

    Does nothing on Windows, which has no such limit, and where the limit is already higher.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = NEEDED if hard == resource.RLIM_INFINITY else min(NEEDED, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
