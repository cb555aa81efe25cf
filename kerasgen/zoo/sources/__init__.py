"""Where entries come from: names, folders, archives, addresses, hubs."""
