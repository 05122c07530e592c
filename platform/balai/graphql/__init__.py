"""The GraphQL engine: what a module's `schema.py` is written with, and `execute`.

See docs/api.md for callers and docs/modules.md for module authors. The building blocks:

- `connection`, `ConnectionField`, `page`: lists in keyset pages of at most 50.
- `Mutation`, `FieldError`: mutations whose payload carries the user's mistakes as `errors`.
- `UserError`, `NotFound`, `SignInRequired`, `register_error`: errors with a code.
- `personal`, `sized`: marks on fields for caching and cost.
- `asked_for`: look-ahead, to fetch only what was selected.
- `DateTime`, `Date`, `UUID`, `JSON`: scalars.
- `Context`: what `info.context` is.
"""

from balai.graphql.connection import ConnectionField, connection, page
from balai.graphql.errors import NotFound, RequestError, SignInRequired, UserError, register_error
from balai.graphql.execution import Context, execute
from balai.graphql.fields import personal, sized
from balai.graphql.lookahead import asked_for
from balai.graphql.mutations import FieldError, Mutation
from balai.graphql.scalars import JSON, UUID, Date, DateTime

__all__ = [
    "JSON",
    "UUID",
    "ConnectionField",
    "Context",
    "Date",
    "DateTime",
    "FieldError",
    "Mutation",
    "NotFound",
    "RequestError",
    "SignInRequired",
    "UserError",
    "asked_for",
    "connection",
    "execute",
    "page",
    "personal",
    "register_error",
    "sized",
]
