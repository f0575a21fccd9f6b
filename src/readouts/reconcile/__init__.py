"""Which thing is meant? Names as people write them → things of a release, without a word of HTTP.

The Reconciliation Service API 0.2 of the W3C community group: `batch` reads what is asked,
`match` answers it, `extend` gives values, `suggest` completes what is typed, `manifest` says what
there is, and `service` brings them together for one release.

`facts` holds what a release says of its things, `classes` and `properties` what can be asked for,
`values` compares and writes values. `names` takes names apart, `titles` knows what stands before
them, `scores` says how well they agree, `index` finds which to compare.
"""

from readouts.reconcile.batch import LARGEST, TooMany, extension, queries
from readouts.reconcile.service import Reconciler

__all__ = ["LARGEST", "Reconciler", "TooMany", "extension", "queries"]
