"""Documents parsed and validated once, then kept by their text's hash."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections import OrderedDict

from django.utils.translation import gettext as _
from graphql import GraphQLError, GraphQLSchema, parse, validate
from graphql.language import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    visit,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from balai.graphql.errors import RequestError
from balai.graphql.limits import (
    MAX_BODY_BYTES,
    MAX_COMMENTS,
    MAX_DEFINITIONS,
    MAX_OPERATIONS,
    MAX_TOKENS,
    Measure,
    Shape,
)

# graphql-core's own bound on comparing selections allows a third of a second of work for one refused document.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 100_000

KEPT_DOCUMENTS = 500
KEPT_CHARACTERS = 2_000_000
"""Together they bound the cache: a parsed document takes some fifty times its text."""


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document; `root_fields` counts the fields at its root."""

    name: str
    type: OperationType
    shape: Shape
    root_fields: int


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A parsed and valid document; `hash` is the SHA-256 of its text in hex."""

    text: str
    hash: str
    tree: DocumentNode
    operations: dict[str, Operation]

    def operation(self, name: str | None) -> Operation:
        """The operation to run. Raises RequestError when the name is unknown, or missing among several."""
        if name:
            if name not in self.operations:
                raise RequestError(_("The document has no operation named “%(name)s”.") % {"name": name[:80]})
            return self.operations[name]
        if len(self.operations) != 1:
            raise RequestError(_("The document has several operations: name one in “operationName”."))
        return next(iter(self.operations.values()))


class InvalidDocument(RequestError):
    """The document does not parse or does not fit the schema; `errors` are GraphQL's, with their places."""

    code = "INVALID_DOCUMENT"

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


def document_hash(text: str) -> str:
    """The name of a document: SHA-256 of its text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class DocumentCache:
    """Least recently used documents, bounded in number and in characters. Invalid ones are not kept."""

    def __init__(self, documents: int = KEPT_DOCUMENTS, characters: int = KEPT_CHARACTERS) -> None:
        self.documents = documents
        self.characters = characters
        self.size = 0
        self.kept: OrderedDict[tuple[int, str], Document] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, schema: GraphQLSchema, text: str, *, bounded: bool = True) -> Document:
        """The document for this schema. Raises RequestError (TOO_LARGE) or InvalidDocument.

        `bounded=False` is for the suite's own documents, however long.
        """
        key = (id(schema), document_hash(text))
        with self.lock:
            if found := self.kept.get(key):
                self.kept.move_to_end(key)
                return found
        document = read_document(schema, text, bounded=bounded)
        with self.lock:
            if key not in self.kept:
                self.kept[key] = document
                self.size += len(text)
            while len(self.kept) > self.documents or self.size > self.characters:
                _key, dropped = self.kept.popitem(last=False)
                self.size -= len(dropped.text)
        return document


documents = DocumentCache()


def read_document(schema: GraphQLSchema, text: str, *, bounded: bool = True) -> Document:
    """Parses, validates and measures a document. Unless `bounded` is False, it must be within the limits of length."""
    if bounded and len(text) > MAX_BODY_BYTES:
        raise RequestError(_("The document is too long."), "TOO_LARGE", status=413)
    try:
        if bounded:
            tree = parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_COMMENTS)
        else:
            tree = parse(text)
        if bounded and len(tree.definitions) > MAX_DEFINITIONS:
            raise GraphQLError("Document contains too many definitions.")
        errors = _nul_characters(tree) or validate(schema, tree, max_errors=20)
    except GraphQLError as error:
        raise InvalidDocument([error]) from None
    except RecursionError:
        raise InvalidDocument([GraphQLError("Document is nested too deeply.")]) from None
    if errors:
        raise InvalidDocument(errors)
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    nodes = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    if not nodes:
        raise RequestError(_("The document has no operation."))
    if len(nodes) > MAX_OPERATIONS:
        raise RequestError(_("The document has too many operations."), "LIMIT")
    for node in nodes:
        if schema.get_root_type(node.operation) is None:
            raise RequestError(
                _("Operations of the kind “%(kind)s” are not served here.") % {"kind": node.operation.value}
            )
    measure = Measure(schema, fragments)
    operations = {}
    for node in nodes:
        name = node.name.value if node.name else ""
        shape = measure.operation(node)
        operations[name] = Operation(name, node.operation, shape, measure.root_fields(node.selection_set))
    return Document(text, document_hash(text), tree, operations)


class _NulFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []

    def enter_string_value(self, node: StringValueNode, *_args: object) -> None:
        if "\0" in node.value:
            self.errors.append(GraphQLError("Text must not contain the NUL character.", node))


def _nul_characters(tree: DocumentNode) -> list[GraphQLError]:
    # PostgreSQL cannot hold the character, so a query with it would fail late and as a fault of ours.
    finder = _NulFinder()
    visit(tree, finder)
    return finder.errors
