"""The base of all values of this package. Values are immutable; they compare, hash, order,
pickle, copy and match patterns by their fields, and their ``repr()`` is the expression that
makes them."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Tuple, Type, TypeVar, cast

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> Callable[[type], type]:
        """For type checkers only."""
        return lambda kind: kind


V = TypeVar("V", bound="Value")

#: Makes the value of one JSON object, or of one word.
Reader = Callable[[Any], object]


class _ValueType(type):
    """Makes slots of the annotated fields, and keeps their defaults."""

    _fields: Tuple[str, ...]
    _defaults: Dict[str, object]

    def __new__(
        cls: Type[_ValueType],
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
    ) -> _ValueType:
        hints = namespace.get("__annotations__", {})
        own = tuple(field for field, hint in hints.items() if "ClassVar" not in str(hint))
        fields: tuple[str, ...] = ()
        defaults: dict[str, object] = {}
        for base in bases:
            fields += getattr(base, "_fields", ())
            defaults.update(getattr(base, "_defaults", {}))
        defaults.update({field: namespace.pop(field) for field in own if field in namespace})
        namespace.setdefault("__slots__", own)
        namespace["_fields"] = fields + own
        namespace["_defaults"] = defaults
        namespace["__match_args__"] = fields + own
        return super().__new__(cls, name, bases, namespace)


class Word(str, enum.Enum):
    """A word of the documents: an enum whose values are strings. Unknown words of a newer
    program are accepted."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        word = str.__new__(cls, value)
        word._name_ = value
        word._value_ = value
        return word

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        known = self.name in type(self).__members__
        shown = f".{self.name}" if known else f"({str(self)!r})"
        return f"{type(self).__name__}{shown}"

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return type(self), (str(self),)

    __hash__ = str.__hash__


@dataclass_transform(frozen_default=True, order_default=True, eq_default=True)
class Value(metaclass=_ValueType):
    """An immutable value with named fields."""

    if TYPE_CHECKING:
        # As in dataclasses, so that type checkers know the fields' order.
        __match_args__: ClassVar[Any]
        _fields: ClassVar[Tuple[str, ...]]

    #: The readers of objects in fields.
    _parts: ClassVar[Mapping[str, Reader]] = {}
    #: Fields that the JSON does not have.
    _beside: ClassVar[frozenset[str]] = frozenset()

    if not TYPE_CHECKING:

        def __init__(self, *args: object, **kwargs: object) -> None:
            kind, fields = type(self).__name__, self._fields
            if len(args) > len(fields):
                raise TypeError(f"{kind}() takes {len(fields)} fields, {len(args)} were given")
            given = dict(zip(fields, args))
            for name, value in kwargs.items():
                if name not in fields:
                    raise TypeError(f"{kind}() has no field {name!r}")
                if name in given:
                    raise TypeError(f"{kind}() got {name!r} twice")
                given[name] = value
            for name in fields:
                if name in given:
                    value = given[name]
                elif name in self._defaults:
                    value = self._defaults[name]
                else:
                    raise TypeError(f"{kind}() lacks the field {name!r}")
                if isinstance(value, list):
                    value = tuple(value)
                object.__setattr__(self, name, value)

    @classmethod
    def _of(cls: Type[V], document: Mapping[str, Any]) -> V:
        """The value of a JSON object."""
        self = object.__new__(cls)
        for name in cls._fields:
            if name in cls._beside:
                object.__setattr__(self, name, cls._defaults[name])
                continue
            found = document[name]
            object.__setattr__(self, name, _read(found, cls._parts.get(name)))
        return self

    def to_dict(self) -> dict[str, Any]:
        """The value as in JSON: dicts, lists, strings, numbers and None."""
        return {
            name: _written(getattr(self, name))
            for name in self._fields
            if name not in self._beside
        }

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._fields])

    def _order(self) -> tuple[Any, ...]:
        """The sort key: None first."""
        return tuple([_sortable(value) for value in self._values()])

    if TYPE_CHECKING:

        def __hash__(self) -> int: ...

    else:

        def __eq__(self, other: object) -> bool:
            if type(other) is not type(self):
                return NotImplemented
            return self._values() == other._values()

        def __hash__(self) -> int:
            return hash((type(self).__name__, self._values()))

        def __lt__(self, other: object) -> bool:
            if type(other) is not type(self):
                return NotImplemented
            return self._order() < other._order()

        def __le__(self, other: object) -> bool:
            if type(other) is not type(self):
                return NotImplemented
            return self._order() <= other._order()

        def __gt__(self, other: object) -> bool:
            if type(other) is not type(self):
                return NotImplemented
            return self._order() > other._order()

        def __ge__(self, other: object) -> bool:
            if type(other) is not type(self):
                return NotImplemented
            return self._order() >= other._order()

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

        def __delattr__(self, name: str) -> None:
            raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __repr__(self) -> str:
        shown = [f"{name}={value!r}" for name, value in zip(self._fields, self._values())]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        """The fields, for ``rich``."""
        yield from zip(self._fields, self._values())


class Document(Value):
    """A document with a JSON form."""

    __slots__ = ("_json",)

    #: The name and version of the JSON form.
    SCHEMA: ClassVar[str] = ""

    @classmethod
    def _of_json(cls: Type[V], text: str) -> V:
        """The value of a JSON text of the command."""
        self = cls._of(json.loads(text))
        object.__setattr__(self, "_json", text)
        return self

    def to_json(self) -> str:
        """The text that the command prints with ``--json``, byte for byte."""
        text = cast("str | None", getattr(self, "_json", None))
        if text is None:
            text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"
            object.__setattr__(self, "_json", text)
        return text

    def to_dict(self) -> dict[str, Any]:
        """The document of ``to_json()`` as a dict."""
        return {"schema": self.SCHEMA, **super().to_dict()}


def _read(found: object, part: Reader | None) -> object:
    if isinstance(found, list):
        items = cast("list[object]", found)
        return tuple([_read(one, part) for one in items])
    if part is None or found is None:
        return found
    return part(found)


def _written(value: object) -> object:
    if isinstance(value, tuple):
        return [_written(one) for one in cast("tuple[object, ...]", value)]
    if isinstance(value, Value):
        return value.to_dict()
    if isinstance(value, enum.Enum):
        return value.value
    return value


def _sortable(value: object) -> tuple[Any, ...]:
    if value is None:
        return (0,)
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return (1, tuple([_sortable(one) for one in items]))
    if isinstance(value, Value):
        return (1, type(value).__name__, value._order())
    if isinstance(value, Word):
        return (1, str(value))
    if isinstance(value, enum.Enum):
        return (1, list(type(value)).index(value))
    return (1, value)
