"""A whole house for tests of individual numbers: the real server over the real cards, vault and database, in a folder."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass, field, replace

from starlette.testclient import TestClient

from honnin.cli.serving import make_services
from honnin.flows.staff import DEMO_STAFF
from honnin.server.app import create_app
from honnin_virtual import list_cards

CARDS = {each.name: each for each in list_cards()}
PLAIN = CARDS["mynumber-plain"]
DIGITS = PLAIN.secrets["reference_a"]  # of a person who does not exist
STAFF = DEMO_STAFF[0].name
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Answer:
    """One answer as it travelled: also those that only redirect."""

    method: str
    url: str
    status: int
    headers: bytes
    body: bytes


@dataclass
class House:
    """`answers`: everything that the server ever said."""

    folder: object
    services: object
    http: TestClient
    tray: object
    answers: list[Answer] = field(default_factory=list)
    token: str = ""

    def get(self, path: str, **headers: str):
        return self._keep(self.http.get(path, headers=headers))

    def post(self, path: str, _headers=None, **fields: str):
        return self._keep(self.http.post(path, data={"csrf": self.token, **fields}, headers=_headers or {}))

    def json(self, path: str, body):
        return self._keep(self.http.post(path, json=body))

    def _keep(self, answer):
        for each in (*answer.history, answer):
            headers = "\n".join(f"{name}: {value}" for name, value in each.headers.items()).encode()
            self.answers.append(Answer(each.request.method, str(each.url), each.status_code, headers, each.content))
        found = TOKEN.search(answer.text) if "html" in answer.headers.get("content-type", "") else None
        self.token = found.group(1) if found else self.token
        return answer

    def say_who(self, name: str = STAFF) -> None:
        assert self.post("/staff", name=name, back="/").status_code == 200

    # -- a visit ----------------------------------------------------------------------------------------------------

    def start(self, transaction: str = "my-number", **more: str) -> str:
        fields = {"transaction": transaction, "actor": "subject", **more}
        answer = self.post("/visits", **fields)
        assert answer.url.path.endswith("/card"), answer.text
        return answer.url.path.split("/")[2]

    def lay(self, visit: str, card: str = PLAIN.name) -> None:
        self.tray.insert(card)
        assert self.post(f"/visits/{visit}/card").url.path == f"/visits/{visit}/key"

    def read(self, visit: str, **fields: str):
        answer = self.post(f"/visits/{visit}/key", **fields)
        end = time.monotonic() + 30
        while answer.url.path.endswith("/reading") and time.monotonic() < end:
            time.sleep(0.02)
            answer = self.get(f"/visits/{visit}/reading")
        return answer

    def read_by_pin(self, visit: str, card=PLAIN):
        self.get(f"/visits/{visit}/key?way=number_pin")
        reference = card.secrets["reference_b"]
        return self.read(
            visit, way="number_pin", birth6=reference[:6], year=reference[6:10], code=reference[10:], text=card.secrets["text_pin"]
        )

    def read_by_number(self, visit: str, digits: str = DIGITS):
        return self.read(visit, way="number_a", number_a=digits)

    def result(self, *, by_pin: bool = False, purpose: str = "withholding_tax") -> str:
        visit = self.start(purpose=purpose)
        self.lay(visit)
        answer = self.read_by_pin(visit) if by_pin else self.read_by_number(visit)
        assert answer.url.path == f"/visits/{visit}/result", answer.text
        return visit

    def saved(self, **how) -> str:
        """The record's number."""
        visit = self.result(**how)
        answer = self.post(f"/visits/{visit}/result", face="yes", print="yes")
        assert answer.url.path == f"/visits/{visit}/done", answer.text
        return visit

    def number_of(self, record: str) -> str:
        (entry,) = self.services.numbers.of_record(record)
        return entry.number_id

    def permit(self, number: str) -> str:
        desk = self.services.numbers
        return desk.keeping.grant(number, entitled=desk.actor(STAFF), staff="staff-9").reveal()


@contextlib.contextmanager
def open_house(folder, *, with_tray: bool = False, house_yaml: str = ""):
    """The house in that folder. Without `with_tray` pages show no tray, as with a reader of one's own."""
    if house_yaml:
        (folder / "house.yaml").write_text(house_yaml, "utf-8")
    services, close = make_services(folder, folder, demo=True)
    tray = services.tray
    tray._delay_s = 0.0
    services = replace(services, hosts=frozenset({"testserver"}), tray=tray if with_tray else None)
    try:
        with TestClient(create_app(services), raise_server_exceptions=False) as http:
            house = House(folder, services, http, tray)
            house.get("/")
            house.say_who()
            yield house
    finally:
        close()
