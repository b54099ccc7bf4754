"""The operator's side. Django looks for commands in `<app>/management/commands`, hence the doubled name."""
