"""The pickles that `torch.save` writes, interpreted without running any of them.

`pickle` calls what a file names. With its names restricted it still hashes, compares
and reserves memory as a file pleases: a memo index can ask for gigabytes, and a key of
nested tuples takes for ever. This interpreter knows the instructions that `torch.save`
writes and no more. It can make numbers, strings, tuples, lists, dictionaries with
string keys, and the two records below.
"""

import dataclasses
import pickletools

DTYPES = {
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "ByteStorage": "uint8",
    "CharStorage": "int8",
    "ShortStorage": "int16",
    "IntStorage": "int32",
    "LongStorage": "int64",
}


@dataclasses.dataclass(frozen=True)
class Storage:
    """A row of `size` numbers that lies elsewhere in the file, under `key`."""

    key: str
    dtype: str
    size: int


@dataclasses.dataclass(frozen=True)
class Tensor:
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple
    strides: tuple


def interpret(stream):
    """The object of one pickle, which starts where the binary `stream` stands.

    The stream stands behind the pickle afterwards.

    Raises:
        ValueError, LookupError, TypeError: If the pickle is cut off or malformed, or
            holds what no state dictionary holds.
    """
    machine = _Machine()
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name in _LITERALS:
            machine.stack.append(argument)
        elif opcode.name in _INSTRUCTIONS:
            _INSTRUCTIONS[opcode.name](machine, argument)
        else:
            raise ValueError(f"its pickle has the instruction {opcode.name}")
    return machine.pop()


class _Machine:
    """The stack of a pickle, where its open marks stand, and what it remembers."""

    def __init__(self):
        self.stack = []
        self.marks = []
        self.memo = {}

    def push(self, value):
        self.stack.append(value)

    def pop(self):
        return self.stack.pop()

    def pop_mark(self):
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items


def _tuple(count):
    def make(machine, _):
        items = [machine.pop() for _ in range(count)]
        machine.push(tuple(reversed(items)))

    return make


def _put(machine, index):
    machine.memo[index] = machine.stack[-1]


def _set(machine, pairs):
    _update(machine.stack[-1], pairs)


def _update(target, pairs):
    for key, value in pairs:
        if type(target) is not dict or type(key) is not str:
            raise ValueError("it sets an item of something other than a dictionary")
        target[key] = value


def _set_items(machine, _):
    items = machine.pop_mark()
    _set(machine, zip(items[::2], items[1::2], strict=True))


def _set_item(machine, _):
    value, key = machine.pop(), machine.pop()
    _set(machine, [(key, value)])


def _extend(machine, items):
    if type(machine.stack[-1]) is not list:
        raise ValueError("it appends to something other than a list")
    machine.stack[-1].extend(items)


def _global(machine, argument):
    module, name = argument.split(" ", 1)
    _push_admitted(machine, module, name)


def _stack_global(machine, _):
    name, module = machine.pop(), machine.pop()
    if type(name) is not str or type(module) is not str:
        raise ValueError("it names something by other than strings")
    _push_admitted(machine, module, name)


def _push_admitted(machine, module, name):
    if (module, name) in _MAKERS:
        machine.push(_MAKERS[module, name])
    elif module == "torch" and name in DTYPES:
        machine.push(_StorageType(DTYPES[name]))
    else:
        raise ValueError(f"it names {module[:40]}.{name[:40]}, not a tensor")


@dataclasses.dataclass(frozen=True)
class _StorageType:
    dtype: str


def _reduce(machine, _):
    arguments, make = machine.pop(), machine.pop()
    machine.push(make(*arguments))  # nothing but `_MAKERS` on the stack can be called


def _ordered_dict(items=()):
    made = {}
    _update(made, items)
    return made


def _tensor(storage, offset, shape, strides, *gradients):
    """Whether a gradient is wanted, and hooks, are of no use without PyTorch."""
    if type(storage) is not Storage:
        raise ValueError("it makes a tensor without a storage")
    return Tensor(storage, offset, shape, strides)


def _storage(machine, _):
    """`("storage", type, key, device, size)`; a sixth item, a view, is long gone."""
    kind, type_, key, _, size, *view = machine.pop()
    types = [type(item) for item in (type_, key, size)]
    proper = kind == "storage" and types == [_StorageType, str, int]
    if not proper or view not in ([], [None]):
        raise ValueError("it refers to something other than a storage")
    machine.push(Storage(key, type_.dtype, size))


_MAKERS = {
    ("collections", "OrderedDict"): _ordered_dict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
}
_LITERALS = {
    "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE",
    "SHORT_BINUNICODE", "BINSTRING", "SHORT_BINSTRING",
}  # fmt: skip
_INSTRUCTIONS = {
    "PROTO": lambda machine, _: None,
    "FRAME": lambda machine, _: None,
    "STOP": lambda machine, _: None,
    "NONE": lambda machine, _: machine.push(None),
    "NEWTRUE": lambda machine, _: machine.push(True),
    "NEWFALSE": lambda machine, _: machine.push(False),
    "EMPTY_DICT": lambda machine, _: machine.push({}),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "EMPTY_TUPLE": _tuple(0),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.pop_mark())),
    "MARK": lambda machine, _: machine.marks.append(len(machine.stack)),
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": lambda machine, _: _put(machine, len(machine.memo)),
    "BINGET": lambda machine, index: machine.push(machine.memo[index]),
    "LONG_BINGET": lambda machine, index: machine.push(machine.memo[index]),
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "APPEND": lambda machine, _: _extend(machine, [machine.pop()]),
    "APPENDS": lambda machine, _: _extend(machine, machine.pop_mark()),
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce,
    "BINPERSID": _storage,
    # Attributes of an OrderedDict: PyTorch notes versions of layers there.
    "BUILD": lambda machine, _: machine.pop(),
}
