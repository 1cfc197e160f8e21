"""Ed25519 (RFC 8032) in plain Python, for where no library is installed: 1 to 3 ms for a verification.

Verification follows the strict rules of libsodium, so that it agrees with PyNaCl on every input: ``s`` must
be below the group's order L; public key and R must be canonical encodings of points that are not of small
order; and ``[s]B = R + [k]A`` must hold without multiplying by the cofactor (RFC 8032 section 5.1.7 allows
that). Signing is for test data and for small tools only: it does not run in constant time.
"""

from __future__ import annotations

from hashlib import sha512

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z."""

_NEUTRAL: _Point = (0, 1, 1, 0)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` was made by the owner of ``public_key`` (32
    bytes)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= _L:
        return False
    key, commitment = _decompress(public_key), _decompress(signature[:32])
    if key is None or commitment is None or _is_small(key) or _is_small(commitment):
        return False
    challenge = _challenge(signature[:32], public_key, message)
    x, y, z, t = key
    return _same(_sum_of_products(scalar, _BASE, challenge, (_P - x, y, z, _P - t)), commitment)


def public_key(secret: bytes) -> bytes:
    """The public key (32 bytes) of a 32-byte secret."""
    return _compress(_times(_expand(secret)[0], _BASE))


def sign(secret: bytes, message: bytes) -> bytes:
    """Signature (64 bytes) by the 32-byte ``secret``. Not in constant time."""
    scalar, prefix = _expand(secret)
    nonce = int.from_bytes(sha512(prefix + message).digest(), "little") % _L
    commitment = _compress(_times(nonce, _BASE))
    challenge = _challenge(commitment, _compress(_times(scalar, _BASE)), message)
    return commitment + ((nonce + challenge * scalar) % _L).to_bytes(32, "little")


def _expand(secret: bytes) -> tuple[int, bytes]:
    if len(secret) != 32:
        raise ValueError("An Ed25519 secret has 32 bytes")
    digest = sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return scalar, digest[32:]


def _challenge(commitment: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(commitment + key + message).digest(), "little") % _L


def _add(a: _Point, b: _Point) -> _Point:
    low = (a[1] - a[0]) * (b[1] - b[0]) % _P
    high = (a[1] + a[0]) * (b[1] + b[0]) % _P
    cross = 2 * a[3] * b[3] * _D % _P
    scale = 2 * a[2] * b[2] % _P
    e, f, g, h = high - low, scale - cross, scale + cross, high + low
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(a: _Point) -> _Point:
    xx, yy, zz = a[0] * a[0] % _P, a[1] * a[1] % _P, 2 * a[2] * a[2] % _P
    h = xx + yy
    e = h - (a[0] + a[1]) ** 2 % _P
    g = xx - yy
    f = zz + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    result = _NEUTRAL
    for bit in range(scalar.bit_length() - 1, -1, -1):
        result = _double(result)
        if scalar >> bit & 1:
            result = _add(result, point)
    return result


def _sum_of_products(first: int, a: _Point, second: int, b: _Point) -> _Point:
    # Both products in one run of doublings, two bits at a time.
    table = [_NEUTRAL] * 16
    for low in range(4):
        if low:
            table[low] = _add(table[low - 1], a)
        for high in range(1, 4):
            table[high * 4 + low] = _add(table[high * 4 + low - 4], b)
    result = _NEUTRAL
    for shift in range(254, -1, -2):
        result = _double(_double(result))
        window = (second >> shift & 3) * 4 + (first >> shift & 3)
        if window:
            result = _add(result, table[window])
    return result


def _same(a: _Point, b: _Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % _P == 0 and (a[1] * b[2] - b[1] * a[2]) % _P == 0


def _is_small(point: _Point) -> bool:
    return _same(_double(_double(_double(point))), _NEUTRAL)


def _compress(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decompress(raw: bytes) -> _Point | None:
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    x = _x_of(y)
    if x is None or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _x_of(y: int) -> int | None:
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P) % _P, (_P - 5) // 8, _P) % _P
    if v * x * x % _P == u:
        return x
    if v * x * x % _P == _P - u:
        return x * _ROOT_OF_MINUS_ONE % _P
    return None


_BASE: _Point = _decompress((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _NEUTRAL
