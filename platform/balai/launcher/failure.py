"""How the launcher fails: one line that says what is wrong and what to do about it, exit code 1."""

import errno


class Failure(Exception):
    """Ends the command. `str()` is the line shown; `details` are lines shown above it (a step's last output)."""

    def __init__(self, line: str, details: str = "") -> None:
        super().__init__(line)
        self.details = details


class Interrupted(Exception):
    """Ctrl-C, TERM or HUP came while something was going on. `signum` is the signal's number."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


NO_SPACE = "No space left on device"
NO_QUOTA = "Disk quota exceeded"
NO_NETWORK = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "NewConnectionError",
    "NameResolutionError",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "ENETUNREACH",
)


def explain(output: str) -> str | None:
    """The known cause in a failed command's output, as a sentence; None when it is none of those."""
    if NO_SPACE in output or NO_QUOTA in output:
        return "The disk is full"
    if any(sign in output for sign in NO_NETWORK):
        return "The package registry could not be reached; is there a network connection?"
    return None


def from_os_error(error: OSError) -> Failure:
    """The line for an operating system's error that nobody handled nearer to its cause."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(f"The disk is full{where}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Failure(f"{error.strerror}{where}. Does this directory belong to another user?")
    return Failure(f"{error.strerror or error}{where}")
