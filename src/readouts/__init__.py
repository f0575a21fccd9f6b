"""Official accounts of diplomatic exchanges as linked data."""

__version__ = "0.1.0"
