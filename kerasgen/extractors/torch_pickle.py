"""The pickles that `torch.save` writes, read without running what they name.

A pickle is a program for a stack. Here its instructions are carried out one by one, of
them those alone that a dictionary of tensors needs. What it names stands for the
records below and is never called, keys are strings, and it cannot be long: a hostile
file runs nothing and asks for little memory and time.
"""

import pickletools
from typing import NamedTuple

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
LIMIT = 2**20  # bytes of a pickle: some four thousand tensors
DICTIONARY = object()  # stands for `collections.OrderedDict`
REBUILD = object()  # stands for the function that makes a tensor of a storage
# Instructions that push their argument, and those that push a constant.
ARGUMENTS = {
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4",
    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING",
}  # fmt: skip
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}


class StorageType(NamedTuple):
    """What a pickle names before a storage."""

    dtype: str


class Storage(NamedTuple):
    """A row of `size` numbers that lies elsewhere in the file, under `key`."""

    key: str
    dtype: str
    size: int


class Tensor(NamedTuple):
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple
    strides: tuple


def read_pickle(stream):
    """The object of one pickle, which starts where the binary `stream` stands.

    The stream stands behind the pickle afterwards.

    Raises:
        Exception: Of any kind, if the pickle is cut off or malformed, or holds what no
            state dictionary holds.
    """
    machine, start = _Machine(), stream.tell()
    for opcode, argument, place in pickletools.genops(stream):
        if stream.tell() - start > LIMIT:
            raise ValueError(f"its description is longer than {LIMIT:,} bytes")
        machine.do(opcode.name, argument, place - start)
    return machine.stack.pop()


class _Machine:
    """The stack, the places marked in it, and what was numbered to be used again."""

    def __init__(self):
        self.stack, self.marks, self.numbered = [], [], {}

    def do(self, name, argument, place):
        """Carries out one instruction, at that place in the pickle."""
        stack = self.stack
        if name in ARGUMENTS:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.number(argument, place)
        elif name in ("BINGET", "LONG_BINGET"):
            stack.append(self.numbered[argument])
        elif name not in ("PROTO", "FRAME", "STOP"):
            getattr(self, f"do_{name.lower()}", self.refuse)(argument)

    def number(self, number, place):
        if number > place:
            raise ValueError(f"it numbers an object {number}")
        self.numbered[number] = self.stack[-1]

    def refuse(self, argument):
        raise ValueError("it has an instruction that no dictionary of tensors needs")

    def do_memoize(self, _):
        self.numbered[len(self.numbered)] = self.stack[-1]

    # --- tuples, lists, dictionaries

    def do_mark(self, _):
        self.marks.append(len(self.stack))

    def marked(self):
        """Takes from the stack what lies above the last mark."""
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items

    def do_tuple(self, _):
        self.stack.append(tuple(self.marked()))

    def do_tuple1(self, _):
        self.stack.append((self.stack.pop(),))

    def do_tuple2(self, _):
        self.stack[-2:] = [(self.stack[-2], self.stack[-1])]

    def do_tuple3(self, _):
        self.stack[-3:] = [(self.stack[-3], self.stack[-2], self.stack[-1])]

    def do_empty_list(self, _):
        self.stack.append([])

    def do_appends(self, _):
        items = self.marked()
        self.top(list).extend(items)

    def do_append(self, _):
        item = self.stack.pop()
        self.top(list).append(item)

    def do_empty_dict(self, _):
        self.stack.append({})

    def do_setitems(self, _):
        items = self.marked()
        self.put(zip(items[::2], items[1::2], strict=True))

    def do_setitem(self, _):
        value = self.stack.pop()
        self.put([(self.stack.pop(), value)])

    def put(self, items):
        """Into the dictionary on the stack; tuples as keys could be hashed for ever."""
        dictionary = self.top(dict)
        for key, value in items:
            if type(key) is not str:
                raise ValueError(f"it has an item under a {type(key).__name__}")
            dictionary[key] = value

    def top(self, kind):
        if type(self.stack[-1]) is not kind:
            raise ValueError(f"it puts something into what is no {kind.__name__}")
        return self.stack[-1]

    # --- tensors

    def do_global(self, argument):
        self.stack.append(_named(*argument.split(" ", 1)))

    def do_stack_global(self, _):
        name, module = self.stack.pop(), self.stack.pop()
        if type(module) is not str or type(name) is not str:
            raise ValueError("it names something by what is no string")
        self.stack.append(_named(module, name))

    def do_reduce(self, _):
        arguments, function = self.stack.pop(), self.stack.pop()
        if function is REBUILD:
            self.stack.append(_tensor(*arguments))
        elif function is DICTIONARY and type(arguments) is tuple and not arguments:
            self.stack.append({})
        else:
            raise ValueError("it calls what makes no tensor")

    def do_build(self, _):
        """Versions of layers, which are beside a dictionary's items, are left out."""
        self.stack.pop()
        self.top(dict)

    def do_binpersid(self, _):
        self.stack.append(_storage(self.stack.pop()))


def _named(module, name):
    if (module, name) == ("collections", "OrderedDict"):
        return DICTIONARY
    if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
        return REBUILD
    if module == "torch" and name in DTYPES:
        return StorageType(DTYPES[name])
    raise ValueError(f"it names {module[:40]}.{name[:40]}, not a tensor")


def _tensor(storage, offset, shape, strides, *gradients):
    """Whether a gradient is wanted, and hooks, are of no use without PyTorch."""
    if type(storage) is not Storage:
        raise ValueError("it makes a tensor without a storage")
    return Tensor(storage, offset, shape, strides)


def _storage(reference):
    """`("storage", type, key, device, size)`, and None, once a view."""
    kind, type_, key, _, size, *view = reference
    types = [type(item) for item in (type_, key, size)]
    proper = kind == "storage" and types == [StorageType, str, int]
    if not proper or view not in ([], [None]):
        raise ValueError("it refers to something other than a storage")
    return Storage(key, type_.dtype, size)
