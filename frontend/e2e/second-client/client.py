"""A second client, written from docs/PROTOCOL.md alone: client.py ws://HOST/ws INVITE NAME

Driven by lines of JSON: events come out, commands go in. What was refused is told on stderr. `raw` sends frames on `chat`
as they are, for tests of what others make of them; `flood` says so many things of so many letters each, whatever is answered.
"""

import argparse
import asyncio
import sys

from encoding import Refused, read_object, write_json
from keys import Invite
from room import Room

LONGEST_LINE = 2**20


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "invite", "name"):
        arguments.add_argument(name)
    arguments.add_argument("--passphrase")
    asyncio.run(chat(arguments.parse_args()))


async def chat(given):
    def log(what):
        print(f"{given.name}: {what}", file=sys.stderr, flush=True)

    keys = Invite.parse(given.invite).keys(given.passphrase)
    room = Room(given.url, keys, given.name, emit, log)
    await room.run(obey(room))


def emit(event, **fields):
    print(write_json({"event": event, **fields}), flush=True)


async def obey(room):
    """Until told to leave, or until nobody is there to tell."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            command = read_object(line.decode())
            if command.get("leave"):
                break
            if "raw" in command:
                await room.send_raw(command["raw"])
            elif "flood" in command:
                await room.flood(*command["flood"])
            else:
                room.say(command.get("say"))
        except Refused as refused:
            room.log(refused)
    await room.leave()


if __name__ == "__main__":
    main()
