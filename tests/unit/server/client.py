"""A browser without JavaScript: follows redirects, keeps cookies, sends forms with their token."""

from __future__ import annotations

import re
import time

from fastapi import FastAPI
from starlette.testclient import TestClient

from honnin.server.app import create_app
from tests.unit.server.fakes import MRZ, World

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Browser:
    def __init__(self, world: World, staff: str = "職員A") -> None:
        self.world = world
        self.app: FastAPI = create_app(world.services)
        self.http = TestClient(self.app, raise_server_exceptions=False)
        self.token = ""
        self.app.state.last_transaction = "none"  # somebody has chosen before
        self.get("/")
        if staff:
            self.post("/staff", name=staff)

    def get(self, path: str):
        answer = self.http.get(path)
        self._learn(answer)
        return answer

    def post(self, path: str, *, follow: bool = True, **fields: str):
        answer = self.http.post(path, data={"csrf": self.token, **fields}, follow_redirects=follow)
        self._learn(answer)
        return answer

    def _learn(self, answer) -> None:
        found = TOKEN.search(answer.text) if "html" in answer.headers.get("content-type", "") else None
        if found:
            self.token = found.group(1)

    # steps of a visit

    def start(self) -> str:
        answer = self.post("/visits")
        return answer.url.path.split("/")[2]

    def place(self, visit: str, card: str = "alpha", fault: str = ""):
        self.post("/tray/insert", card=card, fault=fault, back=f"/visits/{visit}/card")
        return self.post(f"/visits/{visit}/card")

    def read(self, visit: str, **fields: str):
        """Send the key and wait for the end of the read, pressing "refresh"."""
        answer = self.post(f"/visits/{visit}/key", **(fields or {"lines": MRZ}))
        for _ in range(200):
            if not answer.url.path.endswith("/reading"):
                return answer
            time.sleep(0.02)
            answer = self.get(f"/visits/{visit}/reading")
        raise AssertionError("the read did not end")

    def result(self) -> str:
        visit = self.start()
        self.place(visit)
        answer = self.read(visit)
        assert answer.url.path == f"/visits/{visit}/result", answer.text
        return visit
