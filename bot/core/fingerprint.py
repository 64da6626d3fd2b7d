"""The fingerprint: same rule and labels, same alert."""

import hashlib
import json
from collections.abc import Mapping

VERSION = "1"


def fingerprint(rule: str, labels: Mapping[str, str]) -> str:
    """Hash of rule and labels, prefixed with its version; 17 characters, order of labels ignored.

    The version is part of the text so that a later change of the recipe never joins alerts of the
    old recipe by accident.
    """
    canonical = json.dumps([rule, sorted(labels.items())], ensure_ascii=True)
    return VERSION + hashlib.sha256(canonical.encode()).hexdigest()[:16]
