"""Turns events into figures: steps without persons, working time, key figures, comparison, charts.

`ereignisprotokoll` is the contract: whoever can fill it, can be evaluated. Every figure is a function of the store and
of parameters, is computed in `kennzahlen` only, and says n, clock (AT or KT) and how many cases are still open. Nothing
here knows the web; only `laden` touches the tables of the engine; only `diagramme` knows plotly.
"""
