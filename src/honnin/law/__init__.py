"""Report + case → Decision; statutes as dated data. Pure. (The engine comes with its own change.)"""
