"""Turn results into text, one module per family of formats."""
