"""Serve the pages over the fakes, to look at them: python -m tests.unit.server.play PORT"""

import sys

import uvicorn

from honnin.server.app import create_app
from tests.unit.server.fakes import World

if __name__ == "__main__":
    from honnin.core.clock import system_clock

    world = World()
    world.clock.now = system_clock()
    world.read.delay_s = 0.8
    uvicorn.run(create_app(world.services), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
