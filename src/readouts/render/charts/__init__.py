"""Pictures of answers as SVG: what is to be shown in, markup out, the same bytes every time.

Each kind is a module with a dataclass of what it shows and a function `figure` that draws it:
`timeline`, `atlas` (the map of the world), `network`, `bars`, `sequence`, `diagram` (of classes).
A figure holds a wide picture, a narrow one for phones, of which the style sheet shows one, and the
same data as a table.
They know no store, no query and no address but those that they are handed.
"""
