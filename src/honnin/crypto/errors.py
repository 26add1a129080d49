"""The one exception of this package.

A wrong signature or a wrong MAC is a *finding* and comes back as a value. :class:`CryptoError` is for input the
functions refuse to compute with: a block that is not aligned, a point that is not on its curve, an unknown hash.
"""

from honnin.core.errors import HonninError

__all__ = ["CryptoError"]


class CryptoError(HonninError):
    """Input that a primitive refuses.

    ``code`` is stable and starts with ``crypto.``; ``message`` is safe to show: no key material, no plain text.
    """
