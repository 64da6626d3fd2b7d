"""Log records that applications push as OpenTelemetry's protocol has it."""
