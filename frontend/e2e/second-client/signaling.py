"""The socket to the server: joining, staying alive, coming back to the same seat."""

import asyncio
import random
from urllib.parse import urlsplit

import websockets

from encoding import Refused, read_object, write_json

PING_EVERY = 10
LONGEST = 64 * 1024
LEFT_FOR_GOOD = {4001}


class Signaling:
    """`owner` gives `join_message()`, and takes each message by `handle_signal`."""

    def __init__(self, url, owner):
        parts = urlsplit(url)
        self._url, self._owner = url, owner
        self._origin = f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"
        self._socket, self._resume, self._unanswered = None, None, 0
        self._failures, self._wait = 0, None

    async def send(self, message):
        """Without a socket it is lost: whoever waits for an answer tries again."""
        if self._socket:
            try:
                await self._socket.send(write_json(message))
            except websockets.ConnectionClosed:
                pass

    async def run(self):
        while True:
            try:
                async with websockets.connect(self._url, origin=self._origin, max_size=LONGEST, proxy=None) as socket:
                    await self._sit(socket)
            except (OSError, websockets.WebSocketException) as error:
                self._owner.log(f"no server: {error}")
            if self._socket and self._socket.close_code in LEFT_FOR_GOOD:
                return
            self._socket = None
            self._failures += 1
            backoff = max(0.25, random.uniform(0, min(30, 0.5 * 2 ** (self._failures - 1))))
            await asyncio.sleep(backoff if self._wait is None else self._wait)
            self._wait = None

    async def _sit(self, socket):
        self._socket, self._unanswered = socket, 0
        pinging = asyncio.ensure_future(self._ping(socket))
        try:
            resume = {"resume": self._resume} if self._resume else {}
            await self.send(self._owner.join_message() | resume)
            async for frame in socket:
                await self._take(frame)
        finally:
            pinging.cancel()

    async def _take(self, frame):
        try:
            await self._take_message(read_object(frame))
        except (Refused, KeyError, TypeError, ValueError, AttributeError) as error:
            self._owner.log(f"a message of another form: {error!r}")

    async def _take_message(self, message):
        if message.get("type") == "pong":
            self._unanswered = 0
            return
        if message.get("type") == "room_joined":
            self._resume, self._failures = message["resume"], 0
        if message.get("code") == "server_draining":
            self._wait = message.get("retryAfterMs", 0) / 1000
        await self._owner.handle_signal(message)

    async def _ping(self, socket):
        while self._unanswered < 2:
            await asyncio.sleep(PING_EVERY)
            self._unanswered += 1
            await self.send({"type": "ping"})
        await socket.close()
