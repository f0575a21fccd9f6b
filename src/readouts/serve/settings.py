"""How uvicorn is set, and what all connections share."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from readouts.serve.log import Writer
from readouts.serve.rules import Rules


class Settings(uvicorn.Config):
    """The settings of a server, its access log, and the connections that each client has."""

    def __init__(
        self, app: ASGIApp, rules: Rules, http: type[asyncio.Protocol], writer: Writer | None
    ) -> None:
        super().__init__(
            cast("Any", app),
            http=http,
            lifespan="on",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            # X-Forwarded-For is believed of those alone whom the operator names.
            proxy_headers=bool(rules.proxies),
            forwarded_allow_ips=list(rules.proxies),
            # Whoever waits for a place and whoever is answered: each has that long.
            timeout_graceful_shutdown=int(2 * rules.seconds) + 1,
        )
        self.rules = rules
        self.writer = writer
        self.held: Counter[str] = Counter()
