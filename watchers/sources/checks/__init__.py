"""Checks of services, one module per kind: does it answer, and as it should?"""
