"""Mutations with a payload that carries the user's mistakes as data.

    class CreateReport(Mutation):
        class Arguments:
            text = graphene.String(required=True)

        report = graphene.Field(ReportCard)      # nullable: absent when there are errors
        sign_in = True

        @classmethod
        def perform(cls, info, text):
            return cls(report=actions.create_report(user=info.context.user, text=text))

    class Mutation(graphene.ObjectType):
        siaran_create_report = CreateReport.Field()

`perform` calls one action. A ValidationError that the action raises becomes `errors` of the payload, one per message,
with the field's name as the API writes it (camelCase; null for the whole form). So does a registered domain error.
"""

from __future__ import annotations

from typing import Any, ClassVar

import graphene
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from graphene.utils.str_converters import to_camel_case

from balai.graphql.errors import SignInRequired, UserError, registered_code


class FieldError(graphene.ObjectType):
    """A mistake in what was sent. `message` is for people, in their language; `code` for programs."""

    field = graphene.String(description="The argument that it concerns; null when it concerns them all.")
    message = graphene.String(required=True)
    code = graphene.String(required=True)


class Mutation(graphene.Mutation):
    """Base of every mutation; see the module's docstring."""

    class Meta:
        abstract = True

    sign_in: ClassVar[bool] = False
    """Whether the caller must be signed in."""

    errors = graphene.List(graphene.NonNull(FieldError), required=True)

    @classmethod
    def perform(cls, info: Any, *args: Any, **arguments: Any) -> Any:
        """Runs the action and returns `cls(…)`. Overridden by every mutation."""
        raise NotImplementedError

    @classmethod
    def mutate(cls, _root: Any, info: Any, **arguments: Any) -> Any:
        if cls.sign_in and not info.context.user.is_authenticated:
            raise SignInRequired
        try:
            return cls.perform(info, **arguments)
        except ValidationError as error:
            return cls(errors=field_errors(error))
        except UserError:
            raise
        except Exception as error:
            code = registered_code(error)
            if code is None:
                raise
            return cls(errors=[{"field": None, "message": str(error), "code": code}])

    @staticmethod
    def resolve_errors(root: Any, _info: Any) -> list[dict[str, Any]]:
        return (root.get("errors") if isinstance(root, dict) else root.errors) or []


def field_errors(error: ValidationError) -> list[dict[str, Any]]:
    """The messages of a ValidationError as FieldError dicts."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return [
        {
            "field": None if name == NON_FIELD_ERRORS else to_camel_case(name),
            "message": " ".join(map(str, item.messages)) or _("This is not valid."),
            "code": (item.code or "invalid").upper(),
        }
        for name, items in by_field.items()
        for item in items
    ]
