"""Is a server's certificate trusted, and for how long yet?"""

import socket
import ssl
import time

from watchers.sources.checks.base import Outcome, down, up, warning
from watchers.sources.checks.settings import CheckSettings, parted

_DAY_S = 86400


def probe(settings: CheckSettings) -> Outcome:
    """Shake hands as a client would; one that nobody trusts or that is over is down."""
    host, port = parted(settings.address) or ("", 0)
    timeout_s = settings.timeout.total_seconds()
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    try:
        with (
            socket.create_connection((host, port), timeout_s) as connection,
            context.wrap_socket(connection, server_hostname=host) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return down(error.verify_message)
    except ssl.SSLError as error:
        return down(f"no TLS: {error.reason or error}")
    until = str(certificate.get("notAfter", ""))
    if not until:
        return down("a certificate without an end")
    ends_s = ssl.cert_time_to_seconds(until)
    left_s = ends_s - time.time()  # noqa: TID251 - as the handshake itself judges
    day = time.strftime("%Y-%m-%d", time.gmtime(ends_s))
    detail = f"expires {day}, in {left_s / _DAY_S:.0f} d"
    return warning(detail) if left_s < settings.warn_before.total_seconds() else up(detail)
