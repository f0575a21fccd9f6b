"""Page + authority tables → records. All that knows Chinese is in this package.

From the line to the page: `layout` says which line may follow which, `lexicon`
finds the words of a line, `phrase` and `prose` put words together, `lists`,
`sections`, `introductions` and `captions` make records of them, `passages` keeps
account of every character, `reading` runs the whole, `account` tells a person.
"""

from readouts.extract.account import account
from readouts.extract.reading import extract

__all__ = ["account", "extract"]
