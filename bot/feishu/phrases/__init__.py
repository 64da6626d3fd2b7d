"""Sentences in Chinese and English ↔ command lines, by a vocabulary and a few scored forms."""
