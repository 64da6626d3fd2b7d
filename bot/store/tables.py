"""All tables, whichever module they stand in."""

from peewee import Model

from bot.store import (
    catalogue_rows,
    errand_rows,
    field_rows,
    health_rows,
    language_rows,
    lookup_rows,
    models,
    number_rows,
    pushed_line_rows,
    pushed_rows,
    rule_rows,
    tally_rows,
    token_rows,
    verdict_rows,
)

TABLES: tuple[type[Model], ...] = (
    *models.TABLES,
    *tally_rows.TABLES,
    *language_rows.TABLES,
    *health_rows.TABLES,
    *rule_rows.TABLES,
    *lookup_rows.TABLES,
    *verdict_rows.TABLES,
    *catalogue_rows.TABLES,
    *field_rows.TABLES,
    *number_rows.TABLES,
    *pushed_line_rows.TABLES,
    *pushed_rows.TABLES,
    *errand_rows.TABLES,
    *token_rows.TABLES,
)
