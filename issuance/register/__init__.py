"""The append-only, hash-chained events of all streams, with what is derived from them beside.

Import from the modules: `register` opens one, `model` holds the rows, `verification` checks it.
Nothing is imported here, so that reading a row's model costs no database code.
"""
