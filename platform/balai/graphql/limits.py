"""How large a document may be, and what it would cost at worst.

The cost is an upper bound known before execution: every object that may be answered counts 1, and a list multiplies
what is below it by its `first` argument (a variable counts as the largest page), by its `sized(…)` mark, or by 10.
"""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext as _
from graphql import GraphQLField, GraphQLSchema
from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.type import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from balai.graphql.connection import DEFAULT_PAGE, MAX_PAGE
from balai.graphql.errors import RequestError

MAX_BODY_BYTES = 256 * 1024
MAX_TOKENS = 2_000
MAX_COMMENTS = 100
MAX_DEFINITIONS = 60
MAX_OPERATIONS = 10
UNKNOWN_LIST_SIZE = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one operation. Documents that the suite itself ships (trusted documents) are exempt."""

    depth: int = 12
    cost: int = 5_000
    aliases: int = 30
    root_fields: int = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """What an operation asks for: levels of fields, worst-case cost, aliases, fields; and whether it touches personal
    fields or the schema itself."""

    depth: int = 0
    cost: int = 0
    aliases: int = 0
    fields: int = 0
    personal: bool = False
    introspects: bool = False

    def beside(self, other: Shape) -> Shape:
        return Shape(
            max(self.depth, other.depth),
            self.cost + other.cost,
            self.aliases + other.aliases,
            self.fields + other.fields,
            self.personal or other.personal,
            self.introspects or other.introspects,
        )

    def check(self, limits: Limits) -> None:
        """Raises RequestError (code LIMIT) where the shape is beyond a limit."""
        for name, message in (
            ("depth", _("The document is nested %(value)d levels deep; at most %(limit)d are allowed.")),
            ("cost", _("The document could return about %(value)d objects; at most %(limit)d are allowed.")),
            ("aliases", _("The document has %(value)d aliases; at most %(limit)d are allowed.")),
        ):
            value, limit = getattr(self, name), getattr(limits, name)
            if value > limit:
                # A cost may have thousands of digits, which neither people nor Python's int() want to read.
                shown = min(value, 10**9)
                raise RequestError(message % {"value": shown, "limit": limit}, "LIMIT", limit=limit, value=shown)


class Measure:
    """Measures the operations of a valid document. Each fragment is measured once, so it takes linear time."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.schema = schema
        self.fragments = fragments
        self.measured: dict[str, Shape] = {}

    def operation(self, node: OperationDefinitionNode) -> Shape:
        root = self.schema.get_root_type(node.operation)
        return self.selections(node.selection_set, root, paged=False)

    def root_fields(self, selections: SelectionSetNode) -> int:
        """How many fields an operation has at its root, fragments included. Each fragment counts once per spread."""
        count = 0
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                count += self.root_fields(self.fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                count += self.root_fields(node.selection_set)
            else:
                count += 1
            if count > MAX_TOKENS:
                break
        return count

    def selections(self, node: SelectionSetNode, parent: GraphQLNamedType | None, *, paged: bool) -> Shape:
        shape = Shape()
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                shape = shape.beside(self.field(selection, parent, paged=paged))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                shape = shape.beside(self.selections(selection.selection_set, inner, paged=paged))
            elif isinstance(selection, FragmentSpreadNode):
                shape = shape.beside(self.fragment(selection.name.value, paged=paged))
        return shape

    def fragment(self, name: str, *, paged: bool) -> Shape:
        key = f"{name}:{paged}"
        if key not in self.measured:
            fragment = self.fragments[name]
            condition = self.schema.get_type(fragment.type_condition.name.value)
            self.measured[key] = self.selections(fragment.selection_set, condition, paged=paged)
        return self.measured[key]

    def field(self, node: FieldNode, parent: GraphQLNamedType | None, *, paged: bool) -> Shape:
        name = node.name.value
        aliased = int(node.alias is not None)
        if name.startswith("__"):
            introspects = name != "__typename"
            # What introspection costs is bounded by GraphQL's own rule, and it is for developers only.
            return Shape(depth=1, cost=int(introspects), aliases=aliased, fields=1, introspects=introspects)
        definitions = self.definitions(parent, name)
        personal = any((field.extensions or {}).get("personal") for field in definitions)
        definition = definitions[0]
        inner_type = get_named_type(definition.type)
        if node.selection_set is None or is_leaf_type(inner_type):
            return Shape(depth=1, cost=0, aliases=aliased, fields=1, personal=personal)
        page = _page_size(node, definition)
        below = self.selections(node.selection_set, inner_type, paged=page is not None)
        if _is_list(definition):
            # The list inside a page is the page: its size was counted with the field that has `first`.
            times = page or (1 if paged else (definition.extensions or {}).get("size", UNKNOWN_LIST_SIZE))
        else:
            times = page or 1
        return Shape(
            depth=below.depth + 1,
            cost=times * (1 + below.cost),
            aliases=below.aliases + aliased,
            fields=below.fields + 1,
            personal=personal or below.personal,
            introspects=below.introspects,
        )

    def definitions(self, parent: GraphQLNamedType | None, name: str) -> list[GraphQLField]:
        """The field as the type defines it, and for an interface also as each of its types does."""
        found = []
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) and name in parent.fields:
            found.append(parent.fields[name])
        if parent is not None and is_abstract_type(parent):
            possible = self.schema.get_possible_types(parent)  # type: ignore[arg-type]
            found += [cls.fields[name] for cls in possible if name in cls.fields]
        return found


def _page_size(node: FieldNode, definition: GraphQLField) -> int | None:
    """The largest page that the field's `first` argument allows, or None for a field without one."""
    argument = definition.args.get("first")
    if argument is None:
        return None
    given = next((item.value for item in node.arguments if item.name.value == "first"), None)
    if given is None:
        return argument.default_value if isinstance(argument.default_value, int) else DEFAULT_PAGE
    if isinstance(given, IntValueNode) and len(given.value) < 9:
        return max(1, int(given.value))
    return MAX_PAGE


def _is_list(definition: GraphQLField) -> bool:
    inner = definition.type
    while isinstance(inner, GraphQLNonNull):
        inner = inner.of_type
    return isinstance(inner, GraphQLList)
