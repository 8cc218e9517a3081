"""Does what `kenarc send --batch` does with aiohttp: a few workers, one session, no journal."""

import asyncio
import json
import sys

import aiohttp


async def work(rows, session, url):
    for row in rows:
        conversation, body = row["conversation_id"], row["body"]
        headers = {"content-type": "application/json", "x-api-key": "key", "x-access-token": "token"}
        address = f"{url}/v2/open-platform/conversations/{conversation}/messages"
        async with session.post(address, data=body.encode(), headers=headers) as answer:
            answer.raise_for_status()
            await answer.json()


async def main():
    url, path, concurrency = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(path, encoding="utf-8") as file:
        rows = iter([json.loads(line) for line in file])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:
        await asyncio.gather(*(work(rows, session, url) for _ in range(concurrency)))


asyncio.run(main())
