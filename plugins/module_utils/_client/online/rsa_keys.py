# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""RSA keys and their signatures: PKCS#1 v1.5 with SHA-256. Nothing else knows the library
cryptography.
"""

from __future__ import annotations

import traceback
import typing as t

from ..errors import MissingLibrary

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    CRYPTOGRAPHY_IMPORT_ERROR = None
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

# OpenSSL refuses to verify with larger ones.
LARGEST_MODULUS = 16384
_LARGEST_EXPONENT = 64


class UnusableKey(ValueError):
    """The bytes or numbers are no RSA key, or one that the library does not take."""


class PrivateKey:
    """A private key, which signs. ``repr()`` hides it."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "PrivateKey()"

    def sign(self, content: bytes) -> bytes:
        """The signature, which is the same each time."""
        return self._key.sign(content, padding.PKCS1v15(), SHA256())


class PublicKey:
    """A public key, which checks signatures."""

    def __init__(self, key: rsa.RSAPublicKey) -> None:
        self._key = key

    def fits(self, signature: bytes, content: bytes) -> bool:
        """Whether the signature is the key's."""
        try:
            self._key.verify(signature, content, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


class PrivateNumbers(t.NamedTuple):
    """The numbers of a private key, in the order of RFC 8017."""

    modulus: int
    exponent: int
    private_exponent: int
    prime1: int
    prime2: int
    exponent1: int
    exponent2: int
    coefficient: int

    def __repr__(self) -> str:
        return "PrivateNumbers()"


def need_cryptography() -> None:
    """
    :raises MissingLibrary: without cryptography.
    """
    if CRYPTOGRAPHY_IMPORT_ERROR is not None:
        raise MissingLibrary("cryptography", CRYPTOGRAPHY_IMPORT_ERROR)


def private_key_of_der(content: bytes) -> PrivateKey:
    """A key in PKCS#1 or PKCS#8, not encrypted.

    :raises MissingLibrary: without cryptography.
    :raises UnusableKey: for anything else, keys of other algorithms too.
    """
    need_cryptography()
    try:
        key = load_der_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableKey from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise UnusableKey
    return PrivateKey(key)


def private_key_of_numbers(numbers: PrivateNumbers) -> PrivateKey:
    """
    :raises MissingLibrary: without cryptography.
    :raises UnusableKey: for numbers that are no key.
    """
    need_cryptography()
    if not all(0 < number.bit_length() <= LARGEST_MODULUS for number in numbers) or numbers.prime1 * numbers.prime2 != numbers.modulus:
        raise UnusableKey
    try:
        key = rsa.RSAPrivateNumbers(
            p=numbers.prime1,
            q=numbers.prime2,
            d=numbers.private_exponent,
            dmp1=numbers.exponent1,
            dmq1=numbers.exponent2,
            iqmp=numbers.coefficient,
            public_numbers=rsa.RSAPublicNumbers(numbers.exponent, numbers.modulus),
        ).private_key()
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey from None
    return PrivateKey(key)


def public_key(modulus: int, exponent: int) -> PublicKey:
    """
    :raises MissingLibrary: without cryptography.
    :raises UnusableKey: for numbers that are no key.
    """
    need_cryptography()
    if modulus.bit_length() > LARGEST_MODULUS or exponent.bit_length() > _LARGEST_EXPONENT:
        raise UnusableKey
    try:
        return PublicKey(rsa.RSAPublicNumbers(exponent, modulus).public_key())
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey from None
