"""Counter agent. (Comes with the relay.)"""
