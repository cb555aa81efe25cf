"""Whether the derivative being traced will itself be differentiated."""

import contextlib
import contextvars

_second_order = contextvars.ContextVar("second_order", default=False)


@contextlib.contextmanager
def second_order():
    """Within it, layers choose forms whose second derivatives are fast."""
    token = _second_order.set(True)
    try:
        yield
    finally:
        _second_order.reset(token)


def in_second_order():
    """True inside `second_order()`."""
    return _second_order.get()
