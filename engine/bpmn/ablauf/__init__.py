"""Does every way through a scope come to an end? The token game of BPMN without data, played before anybody works.

A scope becomes a net (`bau`), the net shrinks to what is not well nested (`kuerzung`), and a search with a budget
looks for states in which tokens wait for others that cannot come (`suche`). Conditions are not evaluated: every exit
may be taken, every event may happen. Reports nothing itself; that is the business of `regeln.ablauf`.
"""
