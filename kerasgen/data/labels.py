"""The labels that batches carry: classes, or attributes of a table."""


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
    names = [attributes] if isinstance(attributes, str) else list(attributes)
    if not names:
        raise ValueError(
            f"`attributes` must name at least one. Received: attributes={attributes!r}"
        )
    return names


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
