"""Which fields were asked for, so that a resolver fetches no more than that."""

from __future__ import annotations

from graphene.utils.str_converters import to_snake_case
from graphql import GraphQLResolveInfo
from graphql.execution.values import get_directive_values
from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective


def asked_for(info: GraphQLResolveInfo, under: str = "") -> frozenset[str]:
    """The fields selected below the one being resolved, as dotted snake_case paths ("nodes.agency.short_name").

    Names are the schema's, not aliases; @skip and @include are heeded; fragments are followed whatever their type.
    `under` keeps what lies below that path, with the path cut off: `asked_for(info, "nodes")` for a connection.
    """
    found: set[str] = set()
    for node in info.field_nodes:
        if node.selection_set:
            _collect(info, node.selection_set, "", found)
    if under:
        prefix = under + "."
        found = {path[len(prefix) :] for path in found if path.startswith(prefix)}
    return frozenset(found)


def _collect(info: GraphQLResolveInfo, selections: SelectionSetNode, prefix: str, found: set[str]) -> None:
    for node in selections.selections:
        if not _included(info, node):
            continue
        if isinstance(node, FieldNode):
            path = prefix + to_snake_case(node.name.value)
            found.add(path)
            if node.selection_set:
                _collect(info, node.selection_set, path + ".", found)
        elif isinstance(node, InlineFragmentNode):
            _collect(info, node.selection_set, prefix, found)
        elif isinstance(node, FragmentSpreadNode):
            _collect(info, info.fragments[node.name.value].selection_set, prefix, found)


def _included(info: GraphQLResolveInfo, node: object) -> bool:
    if not getattr(node, "directives", None):
        return True
    skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)  # type: ignore[arg-type]
    include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)  # type: ignore[arg-type]
    return not (skip and skip["if"]) and (include is None or bool(include["if"]))
