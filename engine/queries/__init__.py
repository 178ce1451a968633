"""All reads, by noun. A query never writes, with one exception: opening a Vorgang records the access.

Every query takes the `engine.rechte.Akteur` and returns frozen dataclasses for pages, only of its Mandant and only what
the Akteur may see.
"""
