"""A stateless scope that can be nested."""

import keras

from kerasgen.engine.keras_private import BATCH_STATISTICS, surrounding_scope


class Scope(keras.StatelessScope):
    """Holds back assignments, remembers them and sees through to the scope around it.

    `keras.StatelessScope` forgets the scope it was opened in: inside it a variable
    that is not in `values` shows its stored value, which under JAX `fit` has been
    taken away. Here such a variable shows the value of the outer scope, and `commit`
    hands on to that scope what was assigned inside.
    """

    def __init__(self, values=(), collect_losses=False):
        super().__init__(
            state_mapping=values,
            collect_losses=collect_losses,
            initialize_variables=False,
        )
        self.written = {}
        self.read = {}
        self.behind = {}  # `{id: value}` where neither this nor an outer scope has any

    def add_update(self, update):
        variable, _ = update
        self.written[id(variable)] = variable
        super().add_update(update)

    def get_current_value(self, variable):
        self.read[id(variable)] = variable
        value = super().get_current_value(variable)
        outer = surrounding_scope(self)
        if value is None and outer is not None:
            value = outer.get_current_value(variable)
        return self.behind.get(id(variable)) if value is None else value

    def updates(self):
        """`[(variable, value)]` of everything assigned in this scope, in order."""
        return [(v, self.get_current_value(v)) for v in self.written.values()]


class Carried(dict):
    """Values that calls hand on in place of those of variables: `{id: value}`."""

    def value(self, variable):
        """That of a variable; its own at first."""
        if id(variable) not in self:
            self[id(variable)] = self.first(variable)
        return self[id(variable)]

    def first(self, variable):
        """What a variable is when it is first asked for."""
        return variable.value


def commit(updates, batch_statistics=True):
    """Assigns `(variable, value)` pairs, perhaps all but batch statistics."""
    for variable, value in updates:
        if batch_statistics or variable.name not in BATCH_STATISTICS:
            variable.assign(value)
