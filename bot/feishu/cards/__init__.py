"""Cards: what people see, drawn from views as Card JSON 2.0; no input, no output, no clock."""
