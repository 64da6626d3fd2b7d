"""In which language somebody wants to be answered."""

from peewee import Model

from bot.store.models import CharField


class PersonLanguageRow(Model):
    """What a person chose; who chose nothing has no row."""

    person = CharField(primary_key=True)
    language = CharField(max_length=8)

    class Meta:  # noqa: D106 - nothing that a docstring could add
        table_name = "person_languages"


TABLES: tuple[type[Model], ...] = (PersonLanguageRow,)
