"""The open-platform HTTP API: routes, parameters, and the shape of each answer."""
