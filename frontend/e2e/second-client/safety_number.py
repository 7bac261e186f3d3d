"""Sixty digits that two people compare: both see the same, and nobody else's keys give them."""

import hashlib

ROUNDS = 5200


def safety_number(one, other):
    return "".join(sorted((digits(one), digits(other))))


def digits(identity):
    state = hashlib.sha512(bytes(2) + identity + b"banter/1 safety number" + identity).digest()
    for _ in range(ROUNDS - 1):
        state = hashlib.sha512(state + identity).digest()
    numbers = (int.from_bytes(state[i : i + 5], "big") % 100000 for i in range(0, 30, 5))
    return "".join(f"{five:05}" for five in numbers)
