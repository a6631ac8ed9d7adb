"""Runs notebooks with nbclient and prints what their code cells show.

stdin:  [{"path": FILE, "interruptAfter": SECONDS or null}, ...]
stdout: {FILE: [{"execution_count": N, "outputs": [...]}, ...], ...}
"""

import asyncio
import json
import os
import sys

import nbformat
from nbclient import NotebookClient


async def run(path, interrupt_after):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        timeout=interrupt_after or 120,
        interrupt_on_timeout=True,
        resources={"metadata": {"path": os.path.dirname(path)}},
    )
    await client.async_execute()
    return [
        {"execution_count": cell.execution_count, "outputs": cell.outputs}
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


async def main():
    wanted = json.load(sys.stdin)
    two_at_a_time = asyncio.Semaphore(2)

    async def limited(item):
        async with two_at_a_time:
            return item["path"], await run(item["path"], item["interruptAfter"])

    json.dump(dict(await asyncio.gather(*map(limited, wanted))), sys.stdout)


asyncio.run(main())
