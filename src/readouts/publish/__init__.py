"""Named graphs → the files of a release, the same bytes every time.

`distribution` says what is released, `files` makes its files, `manifest` and `description` tell
of them to programs and to catalogues, `partitions` counts. `place` puts files into a folder.

Nothing here asks a clock, a host name or a hash seed, and no blank node needs a
name.
"""

from readouts.publish.files import DESCRIPTION, files, reduced
from readouts.publish.place import deliver, differences, write

__all__ = ["DESCRIPTION", "deliver", "differences", "files", "reduced", "write"]
