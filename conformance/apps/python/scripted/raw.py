"""The scripted app byte by byte: it can write what no framework would."""

import asyncio
import os
from email.utils import formatdate
from http import HTTPStatus

from scripts import reply_to


async def content_of(reader, fields):
    given = {name.lower(): value for name, value in fields}
    if given.get("transfer-encoding", "").lower() == "chunked":
        content = b""
        while size := int(await reader.readline(), 16):
            content += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return content
    return await reader.readexactly(int(given.get("content-length", 0)))


def phrase(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Odd"


def head(status, fields):
    lines = [f"HTTP/1.1 {status} {phrase(status)}"] + [f"{name}: {value}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def final(method, reply):
    fields, content = list(reply["fields"]), reply["content"].encode("latin-1")
    names = {name.lower() for name, _ in fields}
    if "date" not in names and not reply.get("undated"):
        fields.append(("Date", formatdate(usegmt=True)))
    bare = reply["status"] in (204, 304)
    if not bare and not names & {"content-length", "transfer-encoding"}:
        fields.append(("Content-Length", str(len(content))))
    return head(reply["status"], fields) + (b"" if bare or method == "HEAD" else content)


async def passed(gate):
    while not os.path.exists(gate):
        await asyncio.sleep(0.01)


async def answer(method, reply, writer):
    """Whether the connection may be used again."""
    if "delay" in reply:
        await asyncio.sleep(reply["delay"] / 1000)
    if "gate" in reply and "begun" not in reply:
        await passed(reply["gate"])
    for status, fields in reply.get("interim", []):
        writer.write(head(status, fields))
    if reply.get("drops") == "at once":
        return False
    whole = reply["raw"].encode("latin-1") if "raw" in reply else final(method, reply)
    if reply.get("drops"):
        writer.write(whole[: -len(reply["content"]) // 2])
        await writer.drain()
        return False
    if "begun" in reply:
        at = len(whole) - len(reply["content"]) + reply["begun"]
        writer.write(whole[:at])
        await writer.drain()
        await passed(reply["gate"])
        whole = whole[at:]
    writer.write(whole)
    return True


async def serve(reader, writer):
    try:
        while True:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = lines[0].split(" ")
            fields = [(line.split(":", 1)[0], line.split(":", 1)[1].strip()) for line in lines[1:] if line]
            content = (await content_of(reader, fields)).decode("latin-1")
            reply = reply_to(method, target, fields, content) or {"status": 200, "fields": [], "content": "ready\n"}
            if not await answer(method, reply, writer):
                break
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(os.environ["PORT"]), backlog=1024)
    await server.serve_forever()


asyncio.run(main())
