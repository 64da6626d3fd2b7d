"""What other programs and machines send as syslog, over UDP and TCP."""
