"""Events: what a token waits for, what is thrown, and who catches it."""
