"""The labels that batches carry: classes, or attributes of a table."""

import os


def asked_attributes(labels, attributes, attribute_table):
    """Return the attributes asked for, a list of str or `None`.

    Raises:
        ValueError: If arguments of `load` exclude one another, or name none.
    """
    if labels and attributes is not None:
        raise ValueError(
            "`labels` and `attributes` exclude each other. "
            f"Received: labels={labels}, attributes={attributes}"
        )
    if attribute_table is not None and attributes is None:
        raise ValueError(
            "`attribute_table` needs `attributes`. "
            f"Received: attribute_table={attribute_table!r}"
        )
    if attributes is None:
        return None
    names = [attributes] if isinstance(attributes, str) else attributes
    named = isinstance(names, (list, tuple)) and names
    if not named or not all(isinstance(name, str) for name in names):
        raise ValueError(
            "`attributes` must be the name of one or a list of names. "
            f"Received: attributes={attributes!r}"
        )
    if not isinstance(attribute_table, (str, os.PathLike, type(None))):
        raise ValueError(
            "`attribute_table` must be the path of a csv file. "
            f"Received: attribute_table={attribute_table!r}"
        )
    return list(names)


def labels_of(source, labels, attributes, attribute_table):
    """Return the labels of a source, or `None` where none are asked for.

    Raises:
        ValueError: If it has none.
    """
    if attributes is not None:
        return source.attributes(attributes, attribute_table)
    if not labels:
        return None
    if source.labels is None:
        raise ValueError(
            f"`labels=True` needs class folders or an array of labels. {source} "
            "has none. Received: labels=True"
        )
    return source.labels
