"""A city module that uses every extension point of the contract; installed by tests/conftest.py only."""
