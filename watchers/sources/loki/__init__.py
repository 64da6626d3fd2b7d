"""Lines that Loki has, asked for on a schedule."""
