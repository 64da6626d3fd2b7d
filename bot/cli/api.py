"""`larkwatch api openapi`: the document of the HTTP API."""

import click


@click.group()
def api() -> None:
    """The HTTP API of `larkwatch serve`."""


@api.command(
    epilog="""\b
Examples:
  larkwatch api openapi > openapi.json
  larkwatch api openapi | jq -r '.paths | keys[]'"""
)
def openapi() -> None:
    """Print the OpenAPI 3.1 document of this version; a server has it at /api/v1/openapi.json.

    Exit codes: 0 printed.
    """
    from bot.web.api.document import document_text

    click.echo(document_text(), nl=False)
