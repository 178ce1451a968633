"""FEEL, the expression language of BPMN and DMN: text in, closure out, no Python from a model ever runs.

Pure: knows no Vorgang, no database, no clock but the one it is given. Every evaluation has budgets; every refusal is an
`engine.feel.errors.FeelError` with a position and a German sentence.
"""
