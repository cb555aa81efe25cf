"""A lock that threads get in the order in which they asked for it."""

import collections
import threading


class FairLock:
    """A lock that its owner can take again, and that nobody is kept from.

    Python's own goes to whoever comes first when it is free: a thread that gives it
    back and asks again at once can keep it from all others.
    """

    def __init__(self):
        self._inner = threading.Lock()
        self._waiting = collections.deque()  # of (thread, lock that it waits for)
        self._owner = None
        self._depth = 0

    def __enter__(self):
        me = threading.get_ident()
        with self._inner:
            if self._owner in (None, me):
                self._owner = me
                self._depth += 1
                return self
            ticket = (me, threading.Lock())
            ticket[1].acquire()
            self._waiting.append(ticket)
        try:
            ticket[1].acquire()  # `_pass_on` lets go of it
        except BaseException:  # an interruption by the user
            self._give_up(ticket)
            raise
        return self

    def __exit__(self, *_):
        with self._inner:
            self._depth -= 1
            if self._depth == 0:
                self._pass_on()

    def _pass_on(self):
        self._owner = None
        if self._waiting:
            self._owner, turn = self._waiting.popleft()
            self._depth = 1
            turn.release()

    def _give_up(self, ticket):
        with self._inner:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            else:  # its turn has just come
                self._depth = 0
                self._pass_on()
