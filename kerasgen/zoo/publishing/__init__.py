"""From a training to an entry for others: numbers, pictures, card, registry."""
