"""The operator's commands. Django looks for them in `<app>/management/commands`, hence the doubled name."""
