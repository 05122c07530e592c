from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from balai.sandbox.smtp import make_server


class Command(BaseCommand):
    help = "The mail server of the embedded mode: keeps every mail, to be read at the hub's /kotak-keluar/."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Only in the embedded mode. Elsewhere EMAIL_URL names a real mail server.")
        try:
            asyncio.run(self.serve(settings.EMAIL_HOST, settings.EMAIL_PORT))
        except OSError as problem:
            raise CommandError(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {problem.strerror}") from problem

    async def serve(self, host: str, port: int) -> None:
        """Runs until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        server = await loop.create_server(make_server, host, port)
        async with server:
            self.stdout.write(f"mail is kept at {host}:{port}")
            self.stdout.flush()
            await stop.wait()
