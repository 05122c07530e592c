"""Trusted documents: the GraphQL documents that lie beside the modules, known by name in process and by hash outside.

A file `operations/<name>.graphql` of a service or module is the document "<label>/<name>". It holds one operation, and
the fragments it uses, or takes them from `operations/fragments.graphql` of the same app. A first line `# cache: 30`
says that anonymous callers may share the answer for so many seconds.

`operations/home.graphql` of a module holds `fragment <label>Home on Query`, its section of the city's home page; the
portal's `home.graphql` is the operation that all of them are joined into. It may use `$signedIn: Boolean!`.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError, parse, print_ast
from graphql.language import (
    BooleanValueNode,
    DefinitionNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from balai.graphql.documents import document_hash
from balai.modules import CityModule

HOME = "portal/home"
_CACHE = re.compile(r"^# cache: (\d+)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class TrustedDocument:
    """A document of the suite. `cache_seconds` is 0 for one whose answer is never shared."""

    name: str
    text: str
    hash: str
    cache_seconds: int


class UnknownDocument(LookupError):
    """There is no trusted document of this name or hash."""


def by_name(name: str) -> TrustedDocument:
    """The document "<label>/<name>". Raises UnknownDocument."""
    try:
        return registry()[name]
    except KeyError:
        raise UnknownDocument(
            f"no trusted document {name!r}; is operations/{name.partition('/')[2]}.graphql there?"
        ) from None


def by_hash(digest: str) -> TrustedDocument:
    """The document with this SHA-256. Raises UnknownDocument."""
    try:
        return _by_hash()[digest]
    except KeyError:
        raise UnknownDocument("no trusted document has this id") from None


def registry() -> dict[str, TrustedDocument]:
    """Every trusted document by name; read anew at each call while DEBUG is on."""
    return _read() if settings.DEBUG else _registry()


@functools.cache
def _registry() -> dict[str, TrustedDocument]:
    return _read()


def _by_hash() -> dict[str, TrustedDocument]:
    return {document.hash: document for document in _read().values()} if settings.DEBUG else _hashes()


@functools.cache
def _hashes() -> dict[str, TrustedDocument]:
    return {document.hash: document for document in registry().values()}


def _read() -> dict[str, TrustedDocument]:
    found: dict[str, TrustedDocument] = {}
    home: Path | None = None
    sections: list[tuple[CityModule, Path]] = []
    for config in _apps():
        folder = Path(config.path) / "operations"
        shared = _fragments(folder / "fragments.graphql")
        for path in sorted(folder.glob("*.graphql")):
            name = f"{config.label}/{path.stem}"
            if path.stem == "home" and isinstance(config, CityModule):
                sections.append((config, path))
            elif name == HOME:
                home = path
            elif path.stem != "fragments":
                found[name] = _document(name, path, shared)
    if home is not None:
        found[HOME] = _home(home, sections)
    return found


def _apps() -> Iterator[AppConfig]:
    for config in apps.get_app_configs():
        if isinstance(config, CityModule) or config.name.startswith("balai."):
            yield config


def _document(name: str, path: Path, shared: dict[str, FragmentDefinitionNode]) -> TrustedDocument:
    text = path.read_text(encoding="utf-8")
    tree = _parse(path)
    operations = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].name is None:
        raise ImproperlyConfigured(f"{path} must hold exactly one operation, with a name")
    borrowed = _borrowed(tree, shared)
    if borrowed:
        text = "\n\n".join([text.rstrip(), *(print_ast(node) for node in borrowed)]) + "\n"
    cache = _CACHE.search(text)
    return TrustedDocument(name, text, document_hash(text), int(cache[1]) if cache else 0)


def _fragments(path: Path) -> dict[str, FragmentDefinitionNode]:
    if not path.is_file():
        return {}
    return {node.name.value: node for node in _parse(path).definitions if isinstance(node, FragmentDefinitionNode)}


def _borrowed(tree: DocumentNode, shared: dict[str, FragmentDefinitionNode]) -> list[FragmentDefinitionNode]:
    """The shared fragments that the document spreads without defining them, and those that they spread in turn."""
    own = {node.name.value for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    taken: dict[str, FragmentDefinitionNode] = {}
    waiting: list[DefinitionNode] = list(tree.definitions)
    while waiting:
        for name in _Names.of(waiting.pop()).spreads:
            if name in shared and name not in own and name not in taken:
                taken[name] = shared[name]
                waiting.append(shared[name])
    return list(taken.values())


def _home(path: Path, sections: list[tuple[CityModule, Path]]) -> TrustedDocument:
    """The portal's own operation with a spread for each module's section."""
    tree = _parse(path)
    operation = next(node for node in tree.definitions if isinstance(node, OperationDefinitionNode))
    definitions = list(tree.definitions)
    variables: set[str] = set()
    for card, section in sections:
        spread = f"{to_camel_case(card.label)}Home"
        fragments = [node for node in _parse(section).definitions if isinstance(node, FragmentDefinitionNode)]
        fragments += _borrowed(_parse(section), _fragments(section.parent / "fragments.graphql"))
        if spread not in {node.name.value for node in fragments}:
            raise ImproperlyConfigured(f"{section} must hold “fragment {spread} on Query”")
        definitions += fragments
        operation.selection_set.selections += (FragmentSpreadNode(name=NameNode(value=spread), directives=()),)
        for node in fragments:
            variables |= _Names.of(node).variables
    if "signedIn" in variables:
        operation.variable_definitions += (_boolean("signedIn"),)
    text = print_ast(DocumentNode(definitions=definitions)) + "\n"
    return TrustedDocument(HOME, text, document_hash(text), 0)


def _boolean(name: str) -> VariableDefinitionNode:
    return VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=name)),
        type=NonNullTypeNode(type=NamedTypeNode(name=NameNode(value="Boolean"))),
        default_value=BooleanValueNode(value=False),
        directives=(),
    )


def _parse(path: Path) -> DocumentNode:
    try:
        return parse(path.read_text(encoding="utf-8"), no_location=True)
    except GraphQLError as error:
        raise ImproperlyConfigured(f"{path}: {error.message}") from error


class _Names(Visitor):
    """The fragments that a definition spreads and the variables it uses."""

    def __init__(self) -> None:
        super().__init__()
        self.spreads: set[str] = set()
        self.variables: set[str] = set()

    @classmethod
    def of(cls, node: DefinitionNode) -> _Names:
        names = cls()
        visit(node, names)
        return names

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_args: object) -> None:
        self.spreads.add(node.name.value)

    def enter_variable(self, node: VariableNode, *_args: object) -> None:
        self.variables.add(node.name.value)
